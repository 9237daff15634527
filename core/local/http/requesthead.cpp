// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/http/requesthead.h"

#include "core/base/encoding.h"

#include <charconv>

namespace gatehouse::local {

namespace {

bool isTokenByte(char c)
{
    static constexpr std::string_view Marks = "!#$%&'*+-.^_`|~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           Marks.find(c) != std::string_view::npos;
}

bool isToken(std::string_view text)
{
    for (const char c : text) {
        if (!isTokenByte(c))
            return false;
    }
    return !text.empty();
}

bool hasControlByte(std::string_view text)
{
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t') || byte == 0x7f)
            return true;
    }
    return false;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

void refuse(RequestHead& head, int status, std::string_view problem)
{
    head.status = status;
    head.problem = problem;
}

void readRequestLine(std::string_view line, RequestHead& head)
{
    head.line = line;
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last || !isToken(line.substr(0, first))) {
        refuse(head, 400, "The request line is malformed.");
        return;
    }
    head.target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        refuse(head, version.substr(0, 5) == "HTTP/" ? 505 : 400, "Only HTTP/1.1 is spoken here.");
    else if (head.target.empty() || head.target.front() != '/' ||
             head.target.find(' ') != std::string_view::npos)
        refuse(head, 400, "The request target must be a path.");
}

struct Seen
{
    bool host = false;
    bool length = false;
    bool transfer = false;
};

void readField(std::string_view line, RequestHead& head, Seen& seen)
{
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !isToken(line.substr(0, colon)))
        return refuse(head, 400, "A header line is malformed.");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (equalsIgnoreCase(name, "Host")) {
        if (seen.host)
            return refuse(head, 400, "There are several Host headers.");
        seen.host = true;
        head.host = value;
    } else if (equalsIgnoreCase(name, "Connection")) {
        if (head.connection.empty())
            head.connection = value;
    } else if (equalsIgnoreCase(name, "Content-Length")) {
        std::uint64_t length = 0;
        const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), length);
        if (seen.length || code != std::errc() || end != value.data() + value.size() || value.empty())
            return refuse(head, 400, "The Content-Length is malformed.");
        seen.length = true;
        head.contentLength = length;
    } else if (equalsIgnoreCase(name, "Transfer-Encoding")) {
        if (seen.transfer)
            return refuse(head, 400, "There are several Transfer-Encoding headers.");
        seen.transfer = true;
        if (!equalsIgnoreCase(value, "chunked"))
            return refuse(head, 501, "This transfer encoding is not spoken here.");
        head.chunked = true;
    }
}

} // namespace

RequestHead readRequestHead(std::string_view bytes)
{
    RequestHead head;
    Seen seen;
    int lines = 0;
    while (head.status == 0) {
        const std::size_t feed = bytes.find('\n');
        if (feed == std::string_view::npos || feed == 0 || bytes[feed - 1] != '\r') {
            refuse(head, 400, "A line of the head does not end in CR LF.");
            break;
        }
        const std::string_view line = bytes.substr(0, feed - 1);
        bytes.remove_prefix(feed + 1);
        if (line.empty())
            break;
        if (hasControlByte(line))
            refuse(head, 400, "The head holds a control character.");
        else if (line.size() > MaxLineBytes)
            refuse(head, lines == 0 ? 414 : 431, "A line of the head is too long.");
        else if (++lines > MaxHeaderLines)
            refuse(head, 431, "There are too many header lines.");
        else if (lines == 1)
            readRequestLine(line, head);
        else
            readField(line, head, seen);
    }
    if (head.status == 0 && (!seen.host || head.host.empty()))
        refuse(head, 400, "The Host header is missing.");
    if (head.status == 0 && head.chunked && seen.length)
        refuse(head, 400, "Content-Length and Transfer-Encoding contradict each other.");
    return head;
}

} // namespace gatehouse::local
