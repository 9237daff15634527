// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/language.h"

#include <algorithm>

namespace gatehouse::ui {

namespace {

using kql::language::Span;

bool isBlank(std::string_view line)
{
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// The lines around offset up to the next blank ones; empty on a blank line.
Span paragraphAt(std::string_view text, std::size_t offset)
{
    const auto lineStart = [text](std::size_t at) {
        const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
        return before == std::string_view::npos ? 0 : before + 1;
    };
    const auto lineEnd = [text](std::size_t at) { return std::min(text.find('\n', at), text.size()); };
    const auto lineAt = [&](std::size_t start) { return text.substr(start, lineEnd(start) - start); };

    std::size_t start = lineStart(std::min(offset, text.size()));
    std::size_t end = lineEnd(start);
    if (isBlank(lineAt(start)))
        return {start, 0};
    while (start > 0 && !isBlank(lineAt(lineStart(start - 1))))
        start = lineStart(start - 1);
    while (end < text.size() && !isBlank(lineAt(end + 1)))
        end = lineEnd(end + 1);
    return {start, end - start};
}

} // namespace

const QueryLanguage& kqlLanguage()
{
    namespace language = kql::language;
    using Schema = language::Schema;
    static const QueryLanguage plain{
        [](std::string_view, const Schema&) { return std::vector<language::ClassifiedToken>{}; },
        [](std::string_view, const Schema&) { return std::vector<language::Diagnostic>{}; },
        [](std::string_view, std::size_t offset, const Schema&) {
            return language::CompletionList{{offset, 0}, {}};
        },
        [](std::string_view, std::size_t, const Schema&) { return std::optional<language::Hover>{}; },
        [](std::string_view text) -> Result<std::string> { return std::string(text); },
        paragraphAt,
        [](std::string_view) { return false; }};
    return plain;
}

} // namespace gatehouse::ui
