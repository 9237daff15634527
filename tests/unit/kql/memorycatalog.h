// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/engine.h"

#include <utility>

namespace gatehouse::test {

/// One table "T" in chunks, which remembers what it was asked for.
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
    [[nodiscard]] std::vector<std::shared_ptr<const Table>>
    scan(const std::optional<TimeRange>& range, std::span<const std::string> wanted) const override
    {
        lastRange = range;
        lastWanted.assign(wanted.begin(), wanted.end());
        return m_chunks;
    }

    mutable std::optional<TimeRange> lastRange;
    mutable std::vector<std::string> lastWanted;

private:
    std::vector<std::shared_ptr<const Table>> m_chunks;
    std::vector<kql::SchemaColumn> m_schema;
};

class MemoryCatalog final : public kql::Catalog
{
public:
    explicit MemoryCatalog(std::shared_ptr<const kql::TableSource> table)
        : m_table(std::move(table))
    {}
    [[nodiscard]] std::shared_ptr<const kql::TableSource> find(std::string_view name) const override
    {
        return name == "T" ? m_table : nullptr;
    }
    [[nodiscard]] std::vector<std::string> tableNames() const override { return {"T"}; }

private:
    std::shared_ptr<const kql::TableSource> m_table;
};

/// rows rows with TimeGenerated every second from 2026-06-01, Id 0…, Name n0…n9 and Value.
inline std::shared_ptr<const Table> makeRows(std::int64_t rows)
{
    auto table = std::make_shared<Table>("T");
    table->addColumn("TimeGenerated", ColumnType::DateTime);
    table->addColumn("Id", ColumnType::Long);
    table->addColumn("Name", ColumnType::String);
    table->addColumn("Value", ColumnType::Real);
    const DateTime start = DateTime::fromCivil(2026, 6, 1);
    for (std::int64_t i = 0; i < rows; ++i) {
        table->column(0).appendInteger((start + std::chrono::seconds(i)).sinceYearOne.count());
        table->column(1).appendInteger(i);
        std::string name = "n";
        name += std::to_string(i % 10);
        table->column(2).appendText(name);
        table->column(3).appendReal(static_cast<double>(i) / 4);
    }
    return table;
}

} // namespace gatehouse::test
