// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/words.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql::language {

namespace {

constexpr std::array<WordDoc, 48> QueryOperators = {{
    {"where", "Keeps the rows for which a condition is true."},
    {"summarize", "Groups rows and computes aggregates of each group."},
    {"extend", "Adds computed columns, or replaces those of the same name."},
    {"project", "Chooses, renames and computes the columns of the result."},
    {"order", "Sorts the rows, descending unless asc is written: order by Column."},
    {"sort", "Sorts the rows, descending unless asc is written: sort by Column."},
    {"join", "Merges the rows of two tables that agree in their keys."},
    {"distinct", "Answers each combination of the given columns once."},
    {"union", "Puts the rows of several tables under each other."},
    {"mv-expand", "Makes a row of each element of a dynamic array or bag."},
    {"make-series", "Makes arrays of an aggregate along an axis, with values where there are no rows."},
    {"take", "Answers some rows, up to a number, in no particular order."},
    {"limit", "The same as take: some rows, up to a number."},
    {"top", "Answers the first rows of an order: top 10 by Column."},
    {"project-away", "Drops columns; names may hold *."},
    {"render", "Says how the result is drawn."},
    {"parse", "Takes a text apart by a pattern and adds the parts as columns."},
    {"count", "Answers the number of rows."},
    {"evaluate", "Calls a plugin, such as pivot or bag_unpack."},
    {"serialize", "Gives the rows an order that row_number() and prev() can rely on."},
    {"as", "Names the rows so far, for later use in the same query."},
    {"project-rename", "Renames columns and keeps all others."},
    {"project-reorder", "Moves columns to the front."},
    {"project-keep", "Keeps the given columns; names may hold *."},
    {"mv-apply", "Runs a subquery over the elements of an array, for each row."},
    {"lookup", "Adds columns of a small table to each row by its keys."},
    {"search", "Finds a text in all columns."},
    {"getschema", "Answers the names and types of the columns."},
    {"top-nested", "Answers the top values of a column, and within them those of the next."},
    {"invoke", "Calls a function that takes the rows so far as its first argument."},
    {"partition", "Runs a subquery for each value of a column and puts the results together."},
    {"scan", "Follows steps over ordered rows and carries values from row to row."},
    {"parse-where", "As parse, but rows that do not fit the pattern are dropped."},
    {"parse-kv", "Takes keys and values out of a text into columns."},
    {"top-hitters", "Estimates the most frequent values of a column."},
    {"sample", "Answers some random rows, up to a number."},
    {"sample-distinct", "Answers some distinct values of a column: sample-distinct 10 of Column."},
    {"reduce", "Groups texts that look alike: reduce by Column."},
    {"fork", "Runs several subqueries over the same rows."},
    {"facet", "Answers one table of counts for each of the given columns."},
    {"consume", "Reads all rows and answers none."},
    {"filter", "The same as where."},
    {"assert-schema", "Fails unless the columns are those given."},
    {"make-graph", "Makes a graph of rows that are edges."},
    {"graph-match", "Finds patterns in a graph."},
    {"graph-to-table", "Makes tables of a graph's nodes or edges."},
    {"graph-shortest-paths", "Finds the shortest paths between nodes of a graph."},
    {"project-by-names", "Keeps the columns whose names an expression gives."},
}};

constexpr std::array<WordDoc, 9> HeadOperators = {{
    {"union", "Puts the rows of several tables under each other."},
    {"print", "Answers one row with the values of expressions."},
    {"range", "Makes rows of ascending values: range x from 1 to 10 step 1."},
    {"datatable", "A table written out in the query: datatable(name: type, …) [values]."},
    {"search", "Finds a text in all columns of all tables, or of those given."},
    {"find", "Finds rows in several tables by a condition."},
    {"materialize", "Computes a table once for all its uses in the query."},
    {"evaluate", "Calls a plugin that makes rows."},
    {"externaldata", "Reads rows from a file outside."},
}};

constexpr std::array<WordDoc, 3> StatementWords = {{
    {"let", "Gives a name to a value, a table or a function: let name = …;"},
    {"set", "Sets an option of the query."},
    {"declare", "Declares the parameters of the query."},
}};

constexpr std::array<WordDoc, 42> ComparisonWords = {{
    {"and", "True when both sides are."},
    {"or", "True when one of both sides is."},
    {"in", "Equal to one of a list of values or of a table's first column; case counts."},
    {"contains", "Holds the text anywhere; case does not count."},
    {"has", "Holds the text as a whole term; case does not count. Fast, for terms are indexed."},
    {"between", "Within two bounds, both included: x between (1 .. 10)."},
    {"in~", "Equal to one of a list of values; case does not count."},
    {"=~", "Equal; case does not count."},
    {"!~", "Not equal; case does not count."},
    {"!in", "Equal to none of a list of values; case counts."},
    {"startswith", "Begins with the text; case does not count."},
    {"!contains", "Does not hold the text; case does not count."},
    {"!has", "Does not hold the text as a whole term; case does not count."},
    {"endswith", "Ends with the text; case does not count."},
    {"has_any", "Holds one of several texts as a whole term; case does not count."},
    {"has_all", "Holds all of several texts as whole terms; case does not count."},
    {"matches regex", "Fits a regular expression (RE2)."},
    {"hasprefix", "Holds a term that begins with the text; case does not count."},
    {"hassuffix", "Holds a term that ends with the text; case does not count."},
    {"!endswith", "Does not end with the text; case does not count."},
    {"!startswith", "Does not begin with the text; case does not count."},
    {"!in~", "Equal to none of a list of values; case does not count."},
    {"!between", "Outside of two bounds."},
    {"contains_cs", "Holds the text anywhere; case counts."},
    {"has_cs", "Holds the text as a whole term; case counts."},
    {"startswith_cs", "Begins with the text; case counts."},
    {"endswith_cs", "Ends with the text; case counts."},
    {"hasprefix_cs", "Holds a term that begins with the text; case counts."},
    {"hassuffix_cs", "Holds a term that ends with the text; case counts."},
    {"!contains_cs", "Does not hold the text; case counts."},
    {"!has_cs", "Does not hold the text as a whole term; case counts."},
    {"!startswith_cs", "Does not begin with the text; case counts."},
    {"!endswith_cs", "Does not end with the text; case counts."},
    {"!hasprefix", "Holds no term that begins with the text; case does not count."},
    {"!hassuffix", "Holds no term that ends with the text; case does not count."},
    {"!hasprefix_cs", "Holds no term that begins with the text; case counts."},
    {"!hassuffix_cs", "Holds no term that ends with the text; case counts."},
    {"like", "Fits a pattern with * ; old."},
    {"notlike", "Does not fit a pattern with *; old."},
    {"notcontains", "The same as !contains; old."},
    {"containscs", "The same as contains_cs; old."},
    {"!containscs", "The same as !contains_cs; old."},
}};

constexpr std::array<WordDoc, 12> JoinKinds = {{
    {"leftouter", "All rows of the left table; right columns are empty where nothing matches."},
    {"inner", "Each pair of rows whose keys match."},
    {"leftanti", "The rows of the left table that match nothing."},
    {"innerunique", "As inner, with one left row for each key; what join does without a kind."},
    {"fullouter", "All rows of both tables; columns are empty where nothing matches."},
    {"leftsemi", "The rows of the left table that match something."},
    {"rightouter", "All rows of the right table; left columns are empty where nothing matches."},
    {"rightanti", "The rows of the right table that match nothing."},
    {"rightsemi", "The rows of the right table that match something."},
    {"anti", "The same as leftanti."},
    {"leftantisemi", "The same as leftanti."},
    {"rightantisemi", "The same as rightanti."},
}};

constexpr std::array<WordDoc, 15> RenderKinds = {{
    {"timechart", "Lines over a datetime axis."},
    {"piechart", "Shares of a whole."},
    {"barchart", "Horizontal bars, one for each value of the first column."},
    {"columnchart", "Vertical bars, one for each value of the first column."},
    {"linechart", "Lines over a number axis."},
    {"scatterchart", "Points by two numbers."},
    {"areachart", "Filled lines over an axis."},
    {"stackedareachart", "Filled lines on top of each other."},
    {"anomalychart", "Lines with the points that series_decompose_anomalies() marked."},
    {"table", "Rows and columns."},
    {"card", "The first row's values, large."},
    {"ladderchart", "Bars from one datetime to another."},
    {"pivotchart", "A pivot table with a chart."},
    {"timepivot", "Events along time, grouped by columns."},
    {"treemap", "Nested rectangles by size."},
}};

constexpr std::array<WordDoc, 15> RenderProperties = {{
    {"title", "The chart's title."},
    {"kind", "How series stand to each other: default, stacked, stacked100, unstacked."},
    {"xcolumn", "The column of the x axis."},
    {"ycolumns", "The columns with values."},
    {"series", "The columns whose values name the series."},
    {"xtitle", "The x axis' title."},
    {"ytitle", "The y axis' title."},
    {"legend", "visible or hidden."},
    {"ymin", "The smallest value of the y axis."},
    {"ymax", "The largest value of the y axis."},
    {"xaxis", "linear or log."},
    {"yaxis", "linear or log."},
    {"ysplit", "Several charts: none, axes or panels."},
    {"accumulate", "Whether values add up from left to right."},
    {"anomalycolumns", "The columns that mark anomalies."},
}};

constexpr std::array<WordDoc, 10> TypeNames = {{
    {"string", "Text in UTF-8. It is never null, only empty."},
    {"long", "A whole number of 64 bits."},
    {"datetime", "A moment in UTC, to 100 nanoseconds."},
    {"dynamic", "An array, a bag of names and values, or any other value: JSON."},
    {"real", "A floating point number of 64 bits."},
    {"int", "A whole number of 32 bits."},
    {"bool", "true or false."},
    {"timespan", "A length of time, such as 5m or 1d."},
    {"guid", "A globally unique identifier."},
    {"decimal", "A decimal number, exact to 34 digits in Kusto."},
}};

constexpr std::array<WordDoc, 18> Plugins = {{
    {"pivot", "Turns the values of a column into columns: pivot(Column, sum(x))."},
    {"bag_unpack", "Turns the names in a dynamic column into columns."},
    {"narrow", "Answers a row for each cell: row, column, value."},
    {"ipv4_lookup", "Adds columns of a table of address ranges."},
    {"dcount_intersect", "Estimates how many values sets made with hll() have in common."},
    {"autocluster", "Finds patterns that many rows share."},
    {"basket", "Finds frequent combinations of values."},
    {"diffpatterns", "Finds what sets two groups of rows apart."},
    {"activity_counts_metrics", "Counts active users over time."},
    {"activity_metrics", "Counts users who came back, over time."},
    {"activity_engagement", "The share of active users in a longer period."},
    {"new_activity_metrics", "Counts new users and who of them stayed."},
    {"active_users_count", "Counts users that were active in several periods."},
    {"funnel_sequence", "Counts users who took steps in an order."},
    {"rolling_percentile", "Percentiles over a moving window."},
    {"rows_near", "Answers the rows around those that a condition marks."},
    {"sequence_detect", "Finds sequences of events."},
    {"ipv6_lookup", "Adds columns of a table of IPv6 ranges."},
}};

constexpr std::array<WordDoc, 28> ClauseWords = {{
    {"by", "What to group or to sort by."},
    {"on", "The keys that rows are matched by: a common column, or $left.a == $right.b."},
    {"asc", "The smallest first."},
    {"desc", "The largest first."},
    {"nulls", "nulls first or nulls last: where rows without a value go."},
    {"first", "Rows without a value come first."},
    {"last", "Rows without a value come last."},
    {"kind", "Which form of the operator is meant."},
    {"with", "Properties or a pattern."},
    {"to", "The upper end of a range, or a type: to typeof(long)."},
    {"from", "The lower end of a range."},
    {"step", "The distance of values on an axis."},
    {"of", "The column that values are taken of."},
    {"default", "The value where there are no rows."},
    {"limit", "The most elements of each row."},
    {"typeof", "Names a type: typeof(long)."},
    {"withsource", "A column that says which table a row comes from."},
    {"isfuzzy", "true: tables that do not exist are left out."},
    {"hint", "Advice to the service on how to run the operator."},
    {"true", "The value true."},
    {"false", "The value false."},
    {"dynamic", "A literal array or bag: dynamic([1, 2])."},
    {"null", "No value."},
    {"bagexpansion", "How mv-expand treats bags: bag or array."},
    {"with_itemindex", "A column with the index of the element."},
    {"regex", "The pattern holds regular expressions."},
    {"view", "A function that stands for a table; wildcards find it."},
    {"matches", "matches regex: fits a regular expression (RE2)."},
}};

constexpr std::array<std::string_view, 18> OperandWords = {
    "by",   "on",   "from",  "to",    "step",   "of",     "with",  "default", "where",
    "then", "else", "regex", "limit", "return", "inside", "using", "not",     "scope"};

} // namespace

std::span<const WordDoc> queryOperators()
{
    return QueryOperators;
}
std::span<const WordDoc> headOperators()
{
    return HeadOperators;
}
std::span<const WordDoc> statementWords()
{
    return StatementWords;
}
std::span<const WordDoc> comparisonWords()
{
    return ComparisonWords;
}
std::span<const WordDoc> joinKinds()
{
    return JoinKinds;
}
std::span<const WordDoc> renderKinds()
{
    return RenderKinds;
}
std::span<const WordDoc> renderProperties()
{
    return RenderProperties;
}
std::span<const WordDoc> typeNames()
{
    return TypeNames;
}
std::span<const WordDoc> plugins()
{
    return Plugins;
}
std::span<const WordDoc> clauseWords()
{
    return ClauseWords;
}

const WordDoc* findWord(std::span<const WordDoc> words, std::string_view word)
{
    const auto found =
        std::find_if(words.begin(), words.end(), [&](const WordDoc& each) { return each.word == word; });
    return found == words.end() ? nullptr : &*found;
}

bool hasWord(std::span<const WordDoc> words, std::string_view word)
{
    return findWord(words, word) != nullptr;
}

bool wantsOperand(std::string_view word)
{
    return std::find(OperandWords.begin(), OperandWords.end(), word) != OperandWords.end() ||
           hasWord(ComparisonWords, word);
}

} // namespace gatehouse::kql::language
