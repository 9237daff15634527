// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/jobs/memorycatalog.h"

#include <chrono>

namespace gatehouse::test {

namespace {

class MemorySource final : public kql::TableSource
{
public:
    explicit MemorySource(std::shared_ptr<const Table> table)
        : m_table(std::move(table))
    {
        for (const Column& column : m_table->columns())
            m_schema.push_back({column.name(), column.type()});
    }

    const std::vector<kql::SchemaColumn>& schema() const override { return m_schema; }
    std::vector<std::shared_ptr<const Table>> scan(const std::optional<TimeRange>&,
                                                   std::span<const std::string>) const override
    {
        return {m_table};
    }

private:
    std::shared_ptr<const Table> m_table;
    std::vector<kql::SchemaColumn> m_schema;
};

/// Appends the values of one row, column after column.
class RowAppender
{
public:
    explicit RowAppender(Table& table)
        : m_table(table)
    {}

    RowAppender& text(std::string_view value)
    {
        next().appendText(value);
        return *this;
    }
    RowAppender& integer(std::optional<std::int64_t> value)
    {
        if (value)
            next().appendInteger(*value);
        else
            next().appendNull();
        return *this;
    }
    RowAppender& real(double value)
    {
        next().appendReal(value);
        return *this;
    }
    RowAppender& flag(bool value)
    {
        next().appendBool(value);
        return *this;
    }
    RowAppender& null()
    {
        next().appendNull();
        return *this;
    }

private:
    Column& next() { return m_table.column(m_column++); }

    Table& m_table;
    std::size_t m_column = 0;
};

constexpr const char* Gateway = "ApiManagementGatewayLogs";
constexpr const char* Llm = "ApiManagementGatewayLlmLog";
constexpr const char* Dependencies = "AppDependencies";

} // namespace

MemoryCatalog::MemoryCatalog()
{
    using enum ColumnType;
    create(Gateway, {{"TimeGenerated", DateTime},
                     {"CorrelationId", String},
                     {"ApimSubscriptionId", String},
                     {"BackendId", String},
                     {"ResponseCode", Int},
                     {"TotalTime", Long},
                     {"ResponseHeaders", Dynamic},
                     {"BackendResponseCode", Int},
                     {"BackendTime", Long},
                     {"BackendResponseHeaders", Dynamic},
                     {"Region", String},
                     {"RequestBody", String},
                     {"RequestHeaders", Dynamic},
                     {"Url", String}});
    create(Llm, {{"TimeGenerated", DateTime},
                 {"CorrelationId", String},
                 {"DeploymentName", String},
                 {"ModelName", String},
                 {"PromptTokens", Int},
                 {"CompletionTokens", Int},
                 {"TotalTokens", Int},
                 {"IsStreamCompletion", Bool}});
    create(Dependencies, {{"TimeGenerated", DateTime},
                          {"Target", String},
                          {"ResultCode", String},
                          {"DurationMs", Real},
                          {"Properties", Dynamic},
                          {"ItemCount", Int},
                          {"AppRoleName", String},
                          {"AppRoleInstance", String}});
}

Table& MemoryCatalog::create(const std::string& name, const std::vector<kql::SchemaColumn>& columns)
{
    auto table = std::make_shared<Table>(name);
    for (const kql::SchemaColumn& column : columns)
        table->addColumn(column.name, column.type);
    return *(m_tables[name] = std::move(table));
}

void MemoryCatalog::addCall(const LoggedCall& call)
{
    RowAppender row(*m_tables.at(Gateway));
    row.integer(call.time.sinceYearOne.count()).text(call.id).text(call.service).text(call.backend);
    row.integer(call.status).integer(call.totalMs);
    if (call.tokenSource.empty())
        row.null();
    else
        row.text("{\"x-gh-token-source\":\"" + call.tokenSource + "\"}");
    row.integer(call.status).integer(call.totalMs - 10).null().text("East US").text("");
    row.text(call.requestHeaders).text(call.url);
    if (!call.usage)
        return;

    const auto addUsage = [&](gatehouse::DateTime time, const LoggedCall::Usage& usage) {
        RowAppender(*m_tables.at(Llm))
            .integer(time.sinceYearOne.count())
            .text(call.id)
            .text(usage.deployment)
            .text(usage.model)
            .integer(usage.prompt)
            .integer(usage.completion)
            .integer(usage.total)
            .flag(usage.stream);
    };
    for (int i = 0; i < call.repeatedRows; ++i)
        addUsage(call.time - Ticks(std::chrono::milliseconds(i + 1)),
                 {"old", "old", 1000, 1000, 2000, false});
    addUsage(call.time, *call.usage);
    for (int i = 0; i < call.messageRows; ++i)
        addUsage(call.time + Ticks(std::chrono::milliseconds(i + 1)), {"", "", 7, 7, 14, false});
}

void MemoryCatalog::addAttempt(const LoggedDependency& dependency)
{
    RowAppender(*m_tables.at(Dependencies))
        .integer(dependency.time.sinceYearOne.count())
        .text(dependency.target)
        .text(dependency.resultCode)
        .real(dependency.durationMs)
        .null()
        .integer(dependency.itemCount)
        .text("gateway East US")
        .null();
}

std::shared_ptr<const kql::TableSource> MemoryCatalog::find(std::string_view name) const
{
    const auto found = m_tables.find(name);
    return found == m_tables.end() ? nullptr : std::make_shared<MemorySource>(found->second);
}

std::vector<std::string> MemoryCatalog::tableNames() const
{
    std::vector<std::string> names;
    for (const auto& [name, table] : m_tables)
        names.push_back(name);
    return names;
}

} // namespace gatehouse::test
