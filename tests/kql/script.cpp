// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/kql/script.h"

#include "core/kql/wire.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

namespace gatehouse::test {

namespace {

class MemorySource final : public kql::TableSource
{
public:
    explicit MemorySource(std::vector<std::shared_ptr<const Table>> chunks)
        : m_chunks(std::move(chunks))
    {
        for (const Column& column : m_chunks.front()->columns())
            m_schema.push_back({column.name(), column.type()});
    }
    [[nodiscard]] const std::vector<kql::SchemaColumn>& schema() const override { return m_schema; }
    [[nodiscard]] std::vector<std::shared_ptr<const Table>> scan(const std::optional<TimeRange>&,
                                                                 std::span<const std::string>) const override
    {
        return m_chunks;
    }

private:
    std::vector<std::shared_ptr<const Table>> m_chunks;
    std::vector<kql::SchemaColumn> m_schema;
};

/// Ten requests a minute for an hour before the clock's time, in two chunks.
std::shared_ptr<const kql::TableSource> makeRequests()
{
    std::vector<std::shared_ptr<const Table>> chunks;
    const DateTime start = DateTime::fromCivil(2026, 6, 1) - std::chrono::hours(1);
    for (std::int64_t chunk = 0; chunk < 2; ++chunk) {
        auto table = std::make_shared<Table>("Requests");
        for (const auto& [name, type] : {std::pair{"TimeGenerated", ColumnType::DateTime},
                                         {"Service", ColumnType::String},
                                         {"Tokens", ColumnType::Long},
                                         {"Latency", ColumnType::Real},
                                         {"Code", ColumnType::Int},
                                         {"Ok", ColumnType::Bool},
                                         {"Tags", ColumnType::Dynamic}})
            table->addColumn(name, type);
        for (std::int64_t i = chunk * 300; i < (chunk + 1) * 300; ++i) {
            table->column(0).appendInteger((start + std::chrono::seconds(i * 6)).sinceYearOne.count());
            table->column(1).appendText("svc-" + std::to_string(i % 3));
            table->column(2).appendInteger(i % 7 * 10);
            table->column(3).appendReal(static_cast<double>(i % 5) + 0.5);
            table->column(4).appendInteger(i % 50 == 0 ? 429 : 200);
            table->column(5).appendBool(i % 50 != 0);
            if (i % 4 == 0)
                table->column(6).appendNull();
            else
                table->column(6).appendText("{\"n\":" + std::to_string(i % 4) + ",\"list\":[1,2]}");
        }
        chunks.push_back(table);
    }
    return std::make_shared<MemorySource>(std::move(chunks));
}

class ScriptCatalog final : public kql::Catalog
{
public:
    ScriptCatalog()
        : m_requests(makeRequests())
    {}
    [[nodiscard]] std::shared_ptr<const kql::TableSource> find(std::string_view name) const override
    {
        return name == "Requests" ? m_requests : nullptr;
    }
    [[nodiscard]] std::vector<std::string> tableNames() const override { return {"Requests"}; }

private:
    std::shared_ptr<const kql::TableSource> m_requests;
};

struct Case
{
    std::string file;
    int line = 0;
    std::string query;
    std::vector<std::string> expected;
    bool sorted = false;
};

std::vector<Case> readCases(const std::string& path)
{
    std::vector<Case> cases;
    std::ifstream in(path);
    std::string line;
    bool answers = false;
    bool open = false;
    for (int number = 1; std::getline(in, line); ++number) {
        if (!open && (line.empty() || line.starts_with('#')))
            continue;
        if (!open) {
            cases.push_back({path, number, {}, {}, false});
            open = true;
            answers = false;
        }
        if (line.starts_with("----")) {
            answers = true;
            cases.back().sorted = line.find("sorted") != std::string::npos;
        } else if (answers && line.empty()) {
            open = false;
        } else if (answers) {
            cases.back().expected.push_back(line);
        } else {
            cases.back().query += line + '\n';
        }
    }
    return cases;
}

std::vector<std::string> answerLines(const std::string& query)
{
    kql::QueryOptions options;
    options.now = DateTime::fromCivil(2026, 6, 1);
    const auto execution = kql::execute(query, scriptCatalog(), options);
    std::vector<std::string> lines;
    if (!execution) {
        const Error& error = execution.error();
        const std::string place = error.position ? std::to_string(error.position->line) + ":" +
                                                       std::to_string(error.position->column)
                                                 : "-";
        lines.push_back("error " + error.serviceCode + " " + place + " " + error.message);
        return lines;
    }
    for (const Table& table : execution->answer.tables) {
        std::string head;
        for (const Column& column : table.columns())
            head += (head.empty() ? "" : " | ") + column.name() + ":" + std::string(toString(column.type()));
        lines.push_back(head);
        for (std::size_t row = 0; row < table.rowCount(); ++row) {
            std::string text;
            for (std::size_t i = 0; i < table.columnCount(); ++i) {
                const Column& column = table.column(i);
                text += (i == 0 ? "" : " | ") + (column.isNull(row) ? "null" : column.displayAt(row));
            }
            lines.push_back(text);
        }
    }
    if (execution->answer.partial)
        lines.push_back("partial " + execution->answer.partial->serviceCode);
    if (!execution->answer.render.empty())
        lines.push_back("render " + execution->answer.render);
    return lines;
}

bool check(const Case& test)
{
    std::vector<std::string> actual = answerLines(test.query);
    std::vector<std::string> expected = test.expected;
    if (test.sorted && !actual.empty() && !expected.empty()) {
        std::sort(actual.begin() + 1, actual.end());
        std::sort(expected.begin() + 1, expected.end());
    }
    // An error's message may be cut short in the script.
    if (expected.size() == 1 && actual.size() == 1 && expected[0].starts_with("error") &&
        actual[0].starts_with(expected[0]))
        return true;
    if (actual == expected)
        return true;
    std::cout << "FAIL " << test.file << ':' << test.line << '\n' << test.query << "---- actual\n";
    for (const std::string& line : actual)
        std::cout << line << '\n';
    std::cout << '\n';
    return false;
}

} // namespace

const kql::Catalog& scriptCatalog()
{
    static const ScriptCatalog catalog;
    return catalog;
}

bool runScripts(const std::vector<std::string>& paths)
{
    std::size_t passed = 0;
    std::size_t failed = 0;
    for (const std::string& path : paths) {
        for (const Case& test : readCases(path))
            ++(check(test) ? passed : failed);
    }
    std::cout << passed << " passed, " << failed << " failed\n";
    return failed == 0 && passed > 0;
}

} // namespace gatehouse::test
