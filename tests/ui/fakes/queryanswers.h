// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/queryanswer.h"
#include "ui/pages/query/language.h"

/// Answers and a language for tests of the query page.
namespace gatehouse::test {

/// Hours of tokens by service, as "render timechart" wants them.
[[nodiscard]] inline Table tokenTable(int hours = 24)
{
    Table table("PrimaryResult");
    Column& time = table.addColumn("TimeGenerated", ColumnType::DateTime);
    Column& service = table.addColumn("Service", ColumnType::String);
    Column& tokens = table.addColumn("Tokens", ColumnType::Long);
    const DateTime start = DateTime::fromCivil(2026, 6, 2) + std::chrono::hours(15);
    const std::vector<std::string> services{"checkout-assistant", "support-copilot", "document-search"};
    for (int hour = 0; hour < hours; ++hour) {
        for (std::size_t i = 0; i < services.size(); ++i) {
            time.appendInteger((start + std::chrono::hours(hour)).sinceYearOne.count());
            service.appendText(services[i]);
            tokens.appendInteger(static_cast<std::int64_t>(i + 1) * 40'000 + hour * hour * 300);
        }
    }
    return table;
}

[[nodiscard]] inline QueryAnswerPtr queryAnswer(Table table, std::string render = {})
{
    auto answer = std::make_shared<QueryAnswer>();
    answer->tables.push_back(std::move(table));
    answer->render = std::move(render);
    return answer;
}

/// Rows of a number, a text with few values and one with many.
[[nodiscard]] inline Table numberedTable(int rows)
{
    Table table("PrimaryResult");
    Column& id = table.addColumn("Id", ColumnType::Long);
    Column& region = table.addColumn("Region", ColumnType::String);
    Column& text = table.addColumn("Text", ColumnType::String);
    table.addColumn("Nothing", ColumnType::String);
    for (int i = 0; i < rows; ++i) {
        id.appendInteger((std::int64_t{i} * 7919) % rows);
        region.appendText(i % 3 == 0 ? "East US" : "West US");
        text.appendText("request-" + std::to_string(i));
        table.column(3).appendText("");
    }
    return table;
}

/// Enough of a language to see that the editor uses it: "where" is an operator, "bad" is an error, blocks are
/// separated by blank lines.
[[nodiscard]] inline ui::QueryLanguage tinyLanguage()
{
    namespace language = kql::language;
    const auto find = [](std::string_view text, std::string_view word) {
        std::vector<language::Span> spans;
        for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
            spans.push_back({at, word.size()});
        return spans;
    };
    ui::QueryLanguage tiny;
    tiny.classify = [find](std::string_view text, const language::Schema&) {
        std::vector<language::ClassifiedToken> tokens;
        for (const language::Span& span : find(text, "where"))
            tokens.push_back({span, language::TokenKind::Operator});
        return tokens;
    };
    tiny.diagnose = [find](std::string_view text, const language::Schema&) {
        std::vector<language::Diagnostic> problems;
        for (const language::Span& span : find(text, "bad"))
            problems.push_back({span, "SYN0002", "This is bad."});
        return problems;
    };
    tiny.complete = [](std::string_view text, std::size_t offset, const language::Schema& schema) {
        language::CompletionList list;
        std::size_t start = offset;
        while (start > 0 && std::isalnum(static_cast<unsigned char>(text[start - 1])) != 0)
            --start;
        list.replaced = {start, offset - start};
        const std::string word(text.substr(start, offset - start));
        for (const language::TableInfo& table : schema.tables) {
            if (table.name.starts_with(word))
                list.items.push_back({language::TokenKind::Table, table.name, table.name, table.description});
        }
        for (const char* const name : {"where", "count"}) {
            if (std::string_view(name).starts_with(word))
                list.items.push_back({language::TokenKind::Operator, name, name, "an operator"});
        }
        return list;
    };
    tiny.hover = [](std::string_view, std::size_t offset, const language::Schema&) {
        return std::optional(language::Hover{{offset, 1}, "title", "text"});
    };
    tiny.format = [](std::string_view text) -> Result<std::string> {
        if (text.find("bad") != std::string_view::npos)
            return fail(Error::Kind::InvalidInput, "This is bad.");
        std::string formatted(text);
        if (const std::size_t pipe = formatted.find('|'); pipe != std::string::npos && pipe > 0)
            formatted.replace(pipe, 1, formatted[pipe - 1] == '\n' ? "|" : "\n|");
        return formatted;
    };
    tiny.blockAt = [](std::string_view text, std::size_t offset) {
        std::size_t start = offset == 0 ? 0 : text.rfind("\n\n", offset - 1);
        start = offset == 0 || start == std::string_view::npos ? 0 : start + 2;
        const std::size_t end = std::min(text.find("\n\n", offset), text.size());
        return language::Span{std::min(start, end), end - std::min(start, end)};
    };
    tiny.filtersTime = [](std::string_view query) {
        return query.find("TimeGenerated >") != std::string_view::npos;
    };
    return tiny;
}

} // namespace gatehouse::test
