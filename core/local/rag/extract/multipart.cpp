// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/extract/multipart.h"

#include "core/base/utf8.h"
#include "core/local/rag/extract/cleantext.h"
#include "core/local/rag/extract/reply.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxPartHead = 8'192;
constexpr int MaxParts = 16;

tl::unexpected<Error> bad(const std::string& what)
{
    return refuse("BadMultipart", "The upload cannot be read: " + what + ".",
                  "Send multipart/form-data with one part named file.");
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

std::string_view trim(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// `type; key=value; key="value"`: the type in lower case under "", each key in lower case. Empty when it is
/// not well-formed or a key comes twice. In quotes only \" and \\ are escapes, since some browsers send
/// the whole path of a file with its backslashes.
std::optional<std::map<std::string, std::string>> parameters(std::string_view text)
{
    std::map<std::string, std::string> found;
    const std::size_t semicolon = std::min(text.find(';'), text.size());
    found[""] = lower(trim(text.substr(0, semicolon)));
    text.remove_prefix(semicolon);
    while (!(text = trim(text)).empty()) {
        if (text.front() != ';')
            return std::nullopt;
        text = trim(text.substr(1));
        if (text.empty())
            break;
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return std::nullopt;
        const std::string key = lower(trim(text.substr(0, equals)));
        text = trim(text.substr(equals + 1));
        std::string value;
        if (text.starts_with('"')) {
            std::size_t i = 1;
            for (; i < text.size() && text[i] != '"'; ++i) {
                const bool escaped =
                    text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
                value += text[escaped ? ++i : i];
            }
            if (i >= text.size())
                return std::nullopt;
            text.remove_prefix(i + 1);
        } else {
            const std::size_t end = std::min(text.find(';'), text.size());
            value = trim(text.substr(0, end));
            text.remove_prefix(end);
        }
        if (!found.emplace(key, std::move(value)).second)
            return std::nullopt;
    }
    return found;
}

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char letter = static_cast<char>(c | 32);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

std::string percentDecoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hexValue(text[i + 1]) >= 0 &&
            hexValue(text[i + 2]) >= 0) {
            out += static_cast<char>(hexValue(text[i + 1]) * 16 + hexValue(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Browsers write these three in a quoted name as percent codes and leave every other percent sign alone.
std::string browserDecoded(std::string text)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> codes{
        {{"%22", "\""}, {"%0D", "\r"}, {"%0A", "\n"}}};
    for (const auto& [code, character] : codes) {
        for (std::size_t at = text.find(code); at != std::string::npos; at = text.find(code, at + 1))
            text.replace(at, code.size(), character);
    }
    return text;
}

/// What the head of one part says.
struct PartHead
{
    std::string field;
    std::optional<std::string> fileName;
};

Result<std::map<std::string, std::string>> headerFields(std::string_view head)
{
    std::map<std::string, std::string> fields;
    while (!head.empty()) {
        const std::size_t end = std::min(head.find("\r\n"), head.size());
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0 ||
            line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
            return bad("a header of a part is not well-formed");
        if (!fields.emplace(lower(trim(line.substr(0, colon))), trim(line.substr(colon + 1))).second)
            return bad("a header of a part comes twice");
    }
    return fields;
}

Result<PartHead> readHead(std::string_view head)
{
    const auto fields = headerFields(head);
    if (!fields)
        return fail(fields.error());
    const auto disposition = fields->find("content-disposition");
    if (disposition == fields->end())
        return bad("a part does not say what it is");
    const auto values = parameters(disposition->second);
    if (!values || values->at("") != "form-data" || !values->contains("name"))
        return bad("a part does not say what it is");
    if (const auto encoding = fields->find("content-transfer-encoding"); encoding != fields->end()) {
        const std::string how = lower(encoding->second);
        if (how != "binary" && how != "8bit" && how != "7bit")
            return bad("a part is in a transfer encoding");
    }
    PartHead result;
    result.field = values->at("name");
    if (const auto name = values->find("filename"); name != values->end())
        result.fileName = browserDecoded(name->second);
    if (const auto name = values->find("filename*"); name != values->end()) {
        const std::size_t quote = name->second.find('\'');
        const std::size_t second = quote == std::string::npos ? quote : name->second.find('\'', quote + 1);
        if (second == std::string::npos || lower(name->second.substr(0, quote)) != "utf-8")
            return bad("the file's name is in an unknown encoding");
        result.fileName = percentDecoded(std::string_view(name->second).substr(second + 1));
    }
    return result;
}

Result<std::string> boundaryOf(std::string_view contentType)
{
    const auto values = parameters(contentType);
    if (!values || values->at("") != "multipart/form-data")
        return bad("its type is not multipart/form-data");
    const auto boundary = values->find("boundary");
    if (boundary == values->end() || boundary->second.empty() || boundary->second.size() > 70 ||
        boundary->second.back() == ' ')
        return bad("its boundary is missing or not allowed");
    for (const char c : boundary->second) {
        static constexpr std::string_view others = "'()+_,-./:=? ";
        const bool letter = (lower({&c, 1})[0] >= 'a' && lower({&c, 1})[0] <= 'z') || (c >= '0' && c <= '9');
        if (!letter && others.find(c) == std::string_view::npos)
            return bad("its boundary is missing or not allowed");
    }
    return boundary->second;
}

/// Walks from boundary to boundary.
class Parts
{
public:
    Parts(std::string_view body, const std::string& boundary)
        : m_body(body)
        , m_delimiter("\r\n--" + boundary)
    {}

    /// Behind the first boundary. What stands before it is no part (RFC 2046, 5.1.1).
    bool begin()
    {
        const std::string_view first = std::string_view(m_delimiter).substr(2);
        if (m_body.starts_with(first) && lineEnds(first.size()))
            return true;
        return next(m_at).has_value();
    }

    [[nodiscard]] bool isLast() const { return m_last; }

    /// The next part, head and content together; the boundary behind it has been passed.
    std::optional<std::string_view> next() { return next(m_at); }

private:
    std::optional<std::string_view> next(std::size_t start)
    {
        // A part without any bytes begins with the line end of the boundary behind it.
        std::size_t from = start >= 2 ? start - 2 : 0;
        for (;;) {
            const std::size_t at = m_body.find(m_delimiter, from);
            if (at == std::string_view::npos)
                return std::nullopt;
            if (lineEnds(at + m_delimiter.size()))
                return m_body.substr(start, at > start ? at - start : 0);
            from = at + 2; // the boundary's text, but not its line: content
        }
    }

    /// A boundary's line holds nothing else but blanks, or the two dashes of the last one.
    bool lineEnds(std::size_t at)
    {
        const bool last = m_body.substr(at, 2) == "--";
        std::size_t end = last ? at + 2 : at;
        while (end < m_body.size() && (m_body[end] == ' ' || m_body[end] == '\t'))
            ++end;
        const bool whole = m_body.substr(end, 2) == "\r\n";
        if (!whole && !(last && end == m_body.size()))
            return false;
        m_last = last;
        m_at = std::min(end + 2, m_body.size());
        return true;
    }

    std::string_view m_body;
    std::string m_delimiter;
    std::size_t m_at = 0;
    bool m_last = false;
};

Result<std::optional<UploadedFile>> readPart(std::string_view part)
{
    const std::size_t end = part.find("\r\n\r\n");
    if (end == std::string_view::npos || end > MaxPartHead)
        return bad("a part has no end of its headers");
    const auto head = readHead(part.substr(0, end));
    if (!head)
        return fail(head.error());
    if (head->field != "file")
        return std::optional<UploadedFile>();
    if (!head->fileName || head->fileName->empty())
        return bad("the part named file has no file name");
    UploadedFile file{cleanFileName(*head->fileName), part.substr(end + 4)};
    if (file.name.empty())
        return bad("the file's name is not a name");
    return std::optional<UploadedFile>(std::move(file));
}

} // namespace

std::string cleanFileName(std::string_view raw)
{
    std::string name = cleanText(raw);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    const std::size_t slash = name.find_last_of("/\\");
    if (slash != std::string::npos)
        name.erase(0, slash + 1);
    name = trim(name);
    if (name.find_first_not_of(". ") == std::string::npos)
        return {};
    constexpr std::size_t most = 255;
    if (name.size() <= most)
        return name;
    const std::size_t dot = name.rfind('.');
    const std::string ending =
        dot != std::string::npos && name.size() - dot <= 16 ? name.substr(dot) : std::string();
    std::size_t length = most - ending.size();
    while (length > 0 && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80U)
        --length;
    return name.substr(0, length) + ending;
}

Result<UploadedFile> readUpload(std::string_view contentType, std::string_view body)
{
    const auto boundary = boundaryOf(contentType);
    if (!boundary)
        return fail(boundary.error());
    Parts parts(body, *boundary);
    if (!parts.begin())
        return bad("its boundary does not appear in it");
    std::optional<UploadedFile> file;
    for (int count = 0; !parts.isLast(); ++count) {
        const auto part = parts.next();
        if (!part)
            return bad("it is cut off");
        if (count >= MaxParts)
            return bad("it has too many parts");
        auto read = readPart(*part);
        if (!read)
            return fail(read.error());
        if (*read && file)
            return bad("it holds more than one file");
        if (*read)
            file = std::move(*read);
    }
    if (!file)
        return bad("it has no part named file");
    return *file;
}

} // namespace gatehouse::local
