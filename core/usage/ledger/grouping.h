// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/ledger/facts.h"
#include "core/usage/ledger/ledger.h"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::cost {

/// What spending is split by. Team and cost centre are what the service facts say for the day; owner,
/// environment and application are the call's own tag where it has one, else the facts'.
enum class CostDimension : std::uint8_t {
    Service,
    Team,
    Owner,
    CostCentre,
    Environment,
    Application,
    Feature,
    Model,
    Backend,
    Region
};
/// "service", "team", "owner", "cost centre", …
[[nodiscard]] std::string_view toString(CostDimension dimension);
[[nodiscard]] std::optional<CostDimension> costDimensionFrom(std::string_view name);

/// What a row of a grouping is. A call counts in exactly one row: the first of these that it is.
enum class RowKind : std::uint8_t {
    TestTraffic,  ///< feature gatehouse-smoke
    UnknownUsage, ///< nobody knows its tokens
    Unpriced,     ///< its tokens have no price
    AfterClose,   ///< booked here for a month that was closed already
    Unattributed, ///< it has no value of the dimension
    UnusedReservation,
    Value
};
/// "Unpriced", "Unattributed", "Unknown usage", …; "" for Value.
[[nodiscard]] std::string_view labelOf(RowKind kind);

/// Days from first up to, not including, end.
struct DayRange
{
    Day first;
    Day end;
    [[nodiscard]] int length() const { return static_cast<int>((end - first).count()); }
    bool operator==(const DayRange&) const = default;
};
/// The range just before: whole months where the range is whole months, else as many days.
[[nodiscard]] DayRange periodBefore(const DayRange& range);

enum class Step : std::uint8_t { Daily, Weekly, Monthly };

/// Only calls with this value; value is a key of the dimension's rows, or kind another row of it.
struct CostFilter
{
    CostDimension dimension = CostDimension::Service;
    std::string value;
    RowKind kind = RowKind::Value;
    bool operator==(const CostFilter&) const = default;
};

struct CostQuestion
{
    CostDimension by = CostDimension::Service;
    DayRange range;
    DayRange before;
    Step step = Step::Daily;
    std::vector<CostFilter> filters; ///< all must hold
};

struct CostRow
{
    RowKind kind = RowKind::Value;
    std::string key; ///< "" unless Value
    std::string label;
    Measures now;
    Measures before;
    std::int64_t estimatedRequests = 0; ///< of now
    std::vector<Int128> pico;           ///< by bucket
};

/// The answer. The rows sum to the total in every figure, and a row's buckets to the row.
struct Grouping
{
    CostQuestion question;
    Currency currency;
    std::vector<Day> buckets;  ///< first days; the first and last bucket may be cut by the range
    std::vector<CostRow> rows; ///< values by amount, then the other kinds
    Measures now;
    Measures before;
    std::int64_t estimatedRequests = 0;
};
[[nodiscard]] Grouping group(const Ledger& ledger, const ServiceFacts& facts, const CostQuestion& question);

/// A grouping's amounts as they are shown, as whole numbers of 10^-digits: rows sum to total, buckets to
/// their row, and bucketTotals to total.
struct ShownGrouping
{
    Int128 total = 0;
    std::vector<Int128> rows;
    std::vector<std::vector<Int128>> buckets; ///< by row
    std::vector<Int128> bucketTotals;
};
[[nodiscard]] ShownGrouping shownOf(const Grouping& grouping, int digits);

} // namespace gatehouse::cost
