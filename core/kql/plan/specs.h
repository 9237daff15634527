// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/plan/expression.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::kql {

class AggregateFactory;

struct SortOrder
{
    bool descending = true;
    bool nullsFirst = false;
};

struct AggregateCall
{
    std::shared_ptr<const AggregateFactory> factory;
    std::vector<ExprRef> args;
    std::vector<ColumnType> outputs; ///< their types; most have one
};

/// What parse looks for: a regular expression whose groups Capture0, Capture1, … give the columns.
struct ParseSpec
{
    std::string pattern;
    bool strict = true;         ///< a capture that is not of its column's type fails the whole row
    bool dropUnmatched = false; ///< parse-where
};

/// How parse-kv cuts its text. Without delimiters every byte that is no letter, digit or _ separates.
struct KeyValueSpec
{
    std::vector<std::string> keys;
    std::string pairDelimiter;
    std::string keyDelimiter;
    std::vector<std::pair<char, char>> quotes; ///< opening and closing
    std::string escapes;
    std::string regex; ///< two groups: key and value
    bool greedy = false;
};

/// A place on the axis of make-series: real for a real axis, else integer (ticks for datetimes and
/// timespans).
struct SeriesNumber
{
    std::int64_t integer = 0;
    double real = 0;
};

/// How make-series lays values out: input columns are keys, the bin's start, then the aggregates.
struct SeriesSpec
{
    std::size_t keys = 0;
    std::vector<std::string> defaults; ///< JSON, one an aggregate
    ColumnType axis = ColumnType::Long;
    std::optional<SeriesNumber> from;
    std::optional<SeriesNumber> to; ///< exclusive
    SeriesNumber step;
    bool emptyToo = false; ///< a row of defaults when the input is empty
};

/// One level of top-nested.
struct NestedLevel
{
    std::optional<std::size_t> count;
    ExprRef key;
    std::vector<AggregateCall> aggregates;
    ExprRef value; ///< over the columns of the aggregates
    SortOrder order;
    std::shared_ptr<const Column> others; ///< the key of the rest, if it is wanted
};

struct SequenceStep
{
    enum class Output : std::uint8_t { All, Last, None };

    std::string name;
    ExprRef condition;
    std::vector<std::pair<std::size_t, ExprRef>> assignments; ///< declared column and its value
    Output output = Output::All;
};

/// When reduce takes texts for alike.
struct ReduceSpec
{
    double threshold = 0.1;
    std::string characters; ///< that separate words, beside all that are no letters or digits
    bool keepSource = false;
};

/// The steps of scan. Expressions see the input's columns, the declared ones with their defaults, then for
/// each step the input's and the declared columns of its state.
struct SequenceSpec
{
    std::size_t inputColumns = 0;
    std::vector<std::shared_ptr<const Column>> defaults; ///< of the declared columns
    std::vector<SequenceStep> steps;
    bool matchId = false;
    bool stepName = false;
};

} // namespace gatehouse::kql
