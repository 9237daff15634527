// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/engine.h"
#include "core/kql/plan/specs.h"

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::kql {

using Schema = std::vector<SchemaColumn>;

enum class PlanKind : std::uint8_t {
    Scan,      ///< source, range, wanted
    Values,    ///< values: rows known beforehand
    Range,     ///< rangeStart, rangeStep, rangeCount
    Filter,    ///< exprs[0]
    Project,   ///< exprs, one a column of the schema
    Summarize, ///< exprs are the keys, then aggregates
    Sort,      ///< exprs with orders
    Take,      ///< count; with exprs the first rows in their order (top)
    Join,
    Union,    ///< inputs with the same schema
    MvExpand, ///< exprs are expanded into columns; see expansions
    Cached,   ///< computed once for each execution (materialize)
    Whole,    ///< all rows in one chunk (serialize)
    Apply, ///< inputs[0] is run for each group of the rows of inputs[1]; its Input leaf hands out the group
    Input, ///< the rows of the group that an Apply above is at
    Parse, ///< exprs[0] is the text; expansions are the columns, in the order of the captures
    KeyValues,  ///< the same for parse-kv, in the order of the keys
    MakeSeries, ///< series
    TopNested,  ///< nested
    Reduce,     ///< exprs[0] is the text; reduce
    Sequence    ///< sequence (scan)
};

enum class JoinKind : std::uint8_t {
    Inner,
    InnerUnique,
    LeftOuter,
    RightOuter,
    FullOuter,
    LeftSemi,
    LeftAnti,
    RightSemi,
    RightAnti
};

struct Expansion
{
    std::size_t column = 0; ///< where the elements go in the schema
    ColumnType type = ColumnType::Dynamic;
};

struct PlanNode;
using PlanRef = std::shared_ptr<PlanNode>;

/// One operator of the plan. Kind says which members it uses.
struct PlanNode
{
    PlanKind kind = PlanKind::Values;
    Schema schema;
    std::vector<PlanRef> inputs;
    bool serialized = false; ///< rows have an order that prev() and row_number() may rely on
    int depth = 1;

    std::string tableName; ///< what withsource calls the rows: a table's own name, or the one that as gave
    std::shared_ptr<const TableSource> source;
    std::optional<TimeRange> range;
    std::shared_ptr<const Table> values;
    std::vector<ExprRef> exprs;
    std::vector<SortOrder> orders;
    std::vector<AggregateCall> aggregates;
    std::vector<Expansion> expansions;
    std::vector<std::pair<std::size_t, std::size_t>> keys; ///< Join: columns of left and right
    std::vector<std::pair<bool, std::size_t>>
        outputs; ///< Join, Apply: (from right or subquery, column) of each output
    JoinKind join = JoinKind::Inner;
    std::size_t count = 0;
    std::int64_t rangeStart = 0;
    std::int64_t rangeStep = 0;
    std::size_t rangeCount = 0;
    std::optional<std::size_t> itemIndex; ///< MvExpand: the column of the element's position
    std::optional<std::size_t> rowNumber; ///< MvExpand, Apply: the column that numbers the source's rows
    bool bagsAsArrays = false;            ///< MvExpand: a bag's entry is [key, value]
    const PlanNode* leaf = nullptr;       ///< Apply: the Input below inputs[0]
    std::shared_ptr<const ParseSpec> parse;
    std::shared_ptr<const KeyValueSpec> keyValues;
    std::shared_ptr<const SeriesSpec> series;
    std::vector<NestedLevel> nested;
    std::shared_ptr<const SequenceSpec> sequence;
    std::shared_ptr<const ReduceSpec> reduce;
    double realStart = 0;
    double realStep = 0;

    std::vector<bool> needed; ///< columns of the schema that somebody reads; set by prunePlan
};

/// Marks the columns that are read anywhere (all of the root's) and gives scans the time range that filters
/// above them allow. Expressions keep their indices: a column that is not needed is simply absent from the
/// chunks.
void prunePlan(PlanNode& root);
/// Whether the rows of a plan come from an Apply above it, so that there are none before that runs.
[[nodiscard]] bool readsGroup(const PlanNode& root);

} // namespace gatehouse::kql
