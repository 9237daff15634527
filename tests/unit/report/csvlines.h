// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace gatehouse::test {

/// RFC 4180, strictly: CRLF ends a line, a quote inside quotes is doubled. Empty where the text is none.
[[nodiscard]] inline std::vector<std::vector<std::string>> csvLines(const std::string& text)
{
    std::vector<std::vector<std::string>> lines;
    std::vector<std::string> line(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            line.back() += '"';
            ++i;
        } else if (c == '"' && (quoted || line.back().empty())) {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            line.emplace_back();
        } else if (c == '\r' && !quoted) {
            if (i + 1 >= text.size() || text[i + 1] != '\n')
                return {};
            ++i;
            lines.push_back(line);
            line.assign(1, "");
        } else if ((c == '\n' || c == '"') && !quoted) {
            return {};
        } else {
            line.back() += c;
        }
    }
    return quoted || line.size() > 1 || !line.front().empty() ? std::vector<std::vector<std::string>>{}
                                                              : lines;
}

} // namespace gatehouse::test
