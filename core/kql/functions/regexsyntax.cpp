// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/regexsyntax.h"

namespace gatehouse::kql {

namespace {

constexpr std::string_view Digits = "\\p{Nd}";
constexpr std::string_view WordCharacters = "\\p{L}\\p{M}\\p{Nd}\\p{Pc}";
constexpr std::string_view Blanks = "\\t\\n\\v\\f\\r\\x{85}\\p{Z}";

/// The replacement of a class such as \d outside brackets; "" for other escapes.
std::string outsideClass(char c)
{
    switch (c) {
    case 'd':
        return std::string(Digits);
    case 'D':
        return "\\P{Nd}";
    case 'w':
        return '[' + std::string(WordCharacters) + ']';
    case 'W':
        return "[^" + std::string(WordCharacters) + ']';
    case 's':
        return '[' + std::string(Blanks) + ']';
    case 'S':
        return "[^" + std::string(Blanks) + ']';
    default:
        return {};
    }
}

/// The same inside brackets, where the complements of \w and \s cannot be written and stay ASCII.
std::string insideClass(char c)
{
    switch (c) {
    case 'd':
        return std::string(Digits);
    case 'D':
        return "\\P{Nd}";
    case 'w':
        return std::string(WordCharacters);
    case 's':
        return std::string(Blanks);
    default:
        return {};
    }
}

} // namespace

std::string toRe2(std::string_view pattern)
{
    std::string out;
    bool inClass = false;
    std::size_t classStart = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\' && i + 1 < pattern.size()) {
            const char escape = pattern[++i];
            const std::string replaced = inClass ? insideClass(escape) : outsideClass(escape);
            if (escape == 'Q' && !inClass) { // quoted up to \E
                const std::size_t end = std::min(pattern.find("\\E", i), pattern.size());
                out.append(pattern, i - 1, end - i + 1);
                i = end - 1;
            } else if (replaced.empty()) {
                out.append({'\\', escape});
            } else {
                out += replaced;
            }
            continue;
        }
        if (!inClass && c == '[') {
            inClass = true;
            classStart = i + (pattern.substr(i).starts_with("[^") ? 2 : 1);
        } else if (inClass && c == '[' && pattern.substr(i).starts_with("[:")) {
            const std::size_t end = pattern.find(":]", i + 2);
            if (end != std::string_view::npos) { // a class such as [:alpha:]
                out.append(pattern, i, end + 2 - i);
                i = end + 1;
                continue;
            }
        } else if (inClass && c == ']' && i > classStart) { // a "]" that stands first is itself
            inClass = false;
        }
        const std::string_view rest = pattern.substr(i);
        const bool named =
            !inClass && rest.starts_with("(?<") && !rest.starts_with("(?<=") && !rest.starts_with("(?<!");
        if (named) {
            out += "(?P<";
            i += 2;
            continue;
        }
        out += c;
    }
    return out;
}

} // namespace gatehouse::kql
