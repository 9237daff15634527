// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/extract/cleantext.h"

#include "core/base/utf8.h"

#include <array>
#include <cstdint>
#include <vector>

namespace gatehouse::local {

namespace {

/// The next character of well-formed UTF-8; at moves behind it.
char32_t next(std::string_view text, std::size_t& at)
{
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80U)
        return lead;
    const int more = lead >= 0xF0U ? 3 : lead >= 0xE0U ? 2 : 1;
    char32_t point = lead & (0x3FU >> static_cast<unsigned>(more));
    for (int i = 0; i < more && at < text.size(); ++i)
        point = (point << 6U) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
    return point;
}

bool isInvisible(char32_t c)
{
    return c == 0xAD || c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE007F) || c == 0x061C;
}

std::string_view ligature(char32_t c)
{
    static constexpr std::array<std::string_view, 7> letters{"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
    return c >= 0xFB00 && c <= 0xFB06 ? letters[c - 0xFB00] : std::string_view();
}

/// Collects lines: no blanks at their ends, at most one blank line between two others.
class Lines
{
public:
    void add(std::string_view bytes) { m_line += bytes; }
    void blank(char c) { m_line += c; }
    void end()
    {
        while (!m_line.empty() && (m_line.back() == ' ' || m_line.back() == '\t'))
            m_line.pop_back();
        if (m_line.empty()) {
            m_gap = true;
            return;
        }
        if (!m_text.empty())
            m_text += m_gap ? "\n\n" : "\n";
        m_gap = false;
        m_text += m_line;
        m_line.clear();
    }
    std::string take()
    {
        end();
        return std::move(m_text);
    }

private:
    std::string m_text;
    std::string m_line;
    bool m_gap = false;
};

std::vector<std::string_view> splitLines(std::string_view text)
{
    std::vector<std::string_view> lines;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

/// A line that begins an item of a list stands for itself.
bool beginsItem(std::string_view line)
{
    if (line.starts_with("\xE2\x80\xA2") || line.starts_with("\xE2\x80\x93 ") || line.starts_with("- ") ||
        line.starts_with("* ") || line.starts_with("\xC2\xB7"))
        return true;
    std::size_t digits = 0;
    while (digits < line.size() && digits < 3 && line[digits] >= '0' && line[digits] <= '9')
        ++digits;
    return digits > 0 && digits + 1 < line.size() && (line[digits] == '.' || line[digits] == ')') &&
           line[digits + 1] == ' ';
}

/// A line was broken for want of room when the next one's first word would not have fitted any more, or when
/// that goes on in small letters.
bool runsOn(std::string_view line, std::string_view following, std::size_t longest)
{
    if (following.front() >= 'a' && following.front() <= 'z')
        return true;
    const std::size_t word = std::min(following.find(' '), following.size());
    return longest >= 40 && (line.size() + 1 + word) * 10 > longest * 9;
}

} // namespace

std::string cleanText(std::string_view raw)
{
    const std::string text = toValidUtf8(raw);
    Lines lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = at;
        const char32_t c = next(text, at);
        if (c == '\r') {
            if (at >= text.size() || text[at] != '\n')
                lines.end();
        } else if (c == '\n' || c == 0x0B || c == 0x85 || c == 0x2028) {
            lines.end();
        } else if (c == '\f' || c == 0x2029) {
            lines.end();
            lines.end();
        } else if (c == '\t') {
            lines.blank('\t');
        } else if (c == 0xA0 || c == 0x202F || c == 0x2007) {
            lines.blank(' ');
        } else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || isInvisible(c)) {
            continue;
        } else if (const auto letters = ligature(c); !letters.empty()) {
            lines.add(letters);
        } else {
            lines.add(std::string_view(text).substr(start, at - start));
        }
    }
    return lines.take();
}

std::string joinLines(std::string_view text)
{
    const auto lines = splitLines(text);
    std::size_t longest = 0;
    for (const std::string_view line : lines)
        longest = std::max(longest, line.size());
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out += lines[i];
        if (i + 1 == lines.size())
            break;
        const std::string_view following = lines[i + 1];
        const bool joins =
            !following.empty() && !beginsItem(following) && runsOn(lines[i], following, longest);
        if (!joins)
            out += '\n';
        else if (!lines[i].ends_with('-'))
            out += ' ';
    }
    return out;
}

} // namespace gatehouse::local
