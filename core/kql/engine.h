// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/result.h"
#include "core/table/queryanswer.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::kql {

struct SchemaColumn
{
    std::string name;
    ColumnType type;
};

/// A table that queries can read. Implemented by whoever stores rows (core/local/logs, tests).
/// Any thread may call; answers are immutable snapshots.
class TableSource
{
public:
    TableSource() = default;
    TableSource(const TableSource&) = delete;
    TableSource& operator=(const TableSource&) = delete;
    virtual ~TableSource() = default;

    [[nodiscard]] virtual const std::vector<SchemaColumn>& schema() const = 0;
    /// The chunks that may hold rows with TimeGenerated in range (a superset; the engine filters again).
    /// Each chunk has at least the wanted columns, found by name; all chunks agree on types.
    /// range is empty when the query may see all time.
    [[nodiscard]] virtual std::vector<std::shared_ptr<const Table>>
    scan(const std::optional<TimeRange>& range, std::span<const std::string> wanted) const = 0;
};

/// The tables of a workspace by name.
class Catalog
{
public:
    Catalog() = default;
    Catalog(const Catalog&) = delete;
    Catalog& operator=(const Catalog&) = delete;
    virtual ~Catalog() = default;

    /// Case-sensitive; null when there is none.
    [[nodiscard]] virtual std::shared_ptr<const TableSource> find(std::string_view name) const = 0;
    [[nodiscard]] virtual std::vector<std::string> tableNames() const = 0;
};

struct QueryOptions
{
    DateTime now;                      ///< what now() and ago() mean
    std::optional<TimeRange> timespan; ///< the API's timespan, applied to every table that has TimeGenerated
    std::stop_token stop;
    std::size_t maxRows = 500'000;     ///< contracts §2.4; more is cut and reported as partial
    std::size_t maxBytes = 64U << 20U; ///< of the encoded answer, same rule
    std::size_t memoryBudget = std::size_t{2} << 30U; ///< exceeding it fails the query, not the process
    std::size_t bindingSteps = 5'000'000; ///< of names, calls and columns; more is too complex a query
    bool planOnly = false; ///< for editors: what binding would run (toscalar, in ()) has no rows
};

struct QueryStatistics
{
    std::uint64_t rowsScanned = 0;
    std::uint64_t bytesPeak = 0;
    double seconds = 0;
};

struct Execution
{
    QueryAnswer answer; ///< render holds the JSON of contracts §2 when the query has a render operator
    QueryStatistics statistics;
};

/// Runs a query to its end in the calling thread.
/// InvalidInput with serviceCode "SYN…" (text that is no KQL) or "SEM…" (valid KQL that cannot be bound or
/// that this engine does not have, named), each with its position; Cancelled; Unavailable for a blown memory
/// budget.
[[nodiscard]] Result<Execution> execute(std::string_view query, const Catalog& catalog,
                                        const QueryOptions& options);

} // namespace gatehouse::kql
