// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/costwords.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::cost {

namespace {

constexpr std::array<std::pair<CostDimension, std::string_view>, 10> Dimensions = {
    {{CostDimension::Service, "service"},
     {CostDimension::Team, "team"},
     {CostDimension::Owner, "owner"},
     {CostDimension::CostCentre, "costCentre"},
     {CostDimension::Environment, "environment"},
     {CostDimension::Application, "application"},
     {CostDimension::Feature, "feature"},
     {CostDimension::Model, "model"},
     {CostDimension::Backend, "backend"},
     {CostDimension::Region, "region"}}};

constexpr std::array<std::pair<Step, std::string_view>, 3> Steps = {
    {{Step::Daily, "day"}, {Step::Weekly, "week"}, {Step::Monthly, "month"}}};

constexpr std::array<std::pair<ReportPeriod, std::string_view>, 6> Periods = {
    {{ReportPeriod::ThisMonth, "this-month"},
     {ReportPeriod::LastMonth, "last-month"},
     {ReportPeriod::Days7, "7-days"},
     {ReportPeriod::Days30, "30-days"},
     {ReportPeriod::Days90, "90-days"},
     {ReportPeriod::Months12, "12-months"}}};

constexpr std::array<RowKind, 6> OtherKinds = {RowKind::TestTraffic,  RowKind::UnknownUsage,
                                               RowKind::Unpriced,     RowKind::AfterClose,
                                               RowKind::Unattributed, RowKind::UnusedReservation};

template <typename Table, typename Value>
std::string find(const Table& table, Value value)
{
    for (const auto& [one, word] : table) {
        if (one == value)
            return std::string(word);
    }
    return {};
}

template <typename Table>
auto valueOf(const Table& table, std::string_view text)
{
    std::optional<typename Table::value_type::first_type> found;
    for (const auto& [one, word] : table) {
        if (toLower(text) == toLower(word))
            found = one;
    }
    return found;
}

template <typename Table>
std::vector<std::string> wordsOf(const Table& table)
{
    std::vector<std::string> words;
    for (const auto& [one, word] : table)
        words.emplace_back(word);
    return words;
}

/// "Unknown usage" → "unknown-usage"
std::string kindWord(RowKind kind)
{
    std::string word = toLower(labelOf(kind));
    std::replace(word.begin(), word.end(), ' ', '-');
    return word;
}

} // namespace

std::string wordOf(CostDimension dimension)
{
    return find(Dimensions, dimension);
}

std::vector<std::string> dimensionWords()
{
    return wordsOf(Dimensions);
}

std::optional<CostDimension> dimensionOf(std::string_view word)
{
    return valueOf(Dimensions, word);
}

std::string wordOf(Step step)
{
    return find(Steps, step);
}

std::vector<std::string> stepWords()
{
    return wordsOf(Steps);
}

std::optional<Step> stepOf(std::string_view word)
{
    return valueOf(Steps, word);
}

std::string wordOf(const CostFilter& filter)
{
    const bool isValue = filter.kind == RowKind::Value;
    return wordOf(filter.dimension) + (isValue ? "=" + filter.value : ":" + kindWord(filter.kind));
}

Result<CostFilter> filterOf(std::string_view text)
{
    const std::size_t end = text.find_first_of("=:");
    const auto dimension = dimensionOf(text.substr(0, end));
    if (end != std::string_view::npos && dimension) {
        const std::string value(text.substr(end + 1));
        if (text[end] == '=')
            return CostFilter{*dimension, value, RowKind::Value};
        for (const RowKind kind : OtherKinds) {
            if (toLower(value) == kindWord(kind))
                return CostFilter{*dimension, {}, kind};
        }
    }
    return fail(Error::Kind::InvalidInput, "“" + std::string(text) + "” is no filter.",
                "Write one like service=reply-draft, or team:unattributed.");
}

std::string wordOf(ReportPeriod period)
{
    return find(Periods, period);
}

std::vector<std::string> periodWords()
{
    return wordsOf(Periods);
}

std::optional<ReportPeriod> periodOf(std::string_view word)
{
    return valueOf(Periods, word);
}

DayRange daysOf(ReportPeriod period, Day today)
{
    using std::chrono::days;
    using std::chrono::months;
    const Month month = monthOf(today);
    switch (period) {
    case ReportPeriod::LastMonth:
        return {firstDay(month - months{1}), firstDay(month)};
    case ReportPeriod::Days7:
        return {today - days{7}, today};
    case ReportPeriod::Days30:
        return {today - days{30}, today};
    case ReportPeriod::Days90:
        return {today - days{90}, today};
    case ReportPeriod::Months12:
        return {firstDay(monthOf(today - days{1}) - months{11}), today};
    case ReportPeriod::ThisMonth:
        break;
    }
    return {firstDay(monthOf(today - days{1})), today};
}

} // namespace gatehouse::cost
