// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/cost/costrows.h"

#include "core/usage/columns.h"

#include <algorithm>
#include <array>

namespace gatehouse::jobs {

namespace {

constexpr std::size_t MaxText = 512; ///< checkRow's

/// Cut between two characters.
std::string shortText(std::string_view text)
{
    if (text.size() <= MaxText)
        return std::string(text);
    std::size_t end = MaxText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return std::string(text.substr(0, end));
}

cost::TokenSource sourceFrom(std::string_view text)
{
    if (text == "measured")
        return cost::TokenSource::Measured;
    if (text == "estimated")
        return cost::TokenSource::Estimated;
    return text == "none" ? cost::TokenSource::None : cost::TokenSource::Unknown;
}

void appendParts(const TimeRange& day, std::int64_t calls, std::int64_t most, std::vector<CostSlice>& slices)
{
    const std::int64_t parts = std::max<std::int64_t>(2, (calls * 2 + most - 1) / most);
    for (std::int64_t part = 0; part < parts; ++part)
        slices.push_back(
            {{day.start + day.length() * part / parts, day.start + day.length() * (part + 1) / parts},
             calls / parts,
             part + 1 == parts ? 1 : 0,
             part + 1 == parts});
}

} // namespace

DateTime dayStart(DateTime time)
{
    return {Ticks(time.sinceYearOne.count() / DayLength.count() * DayLength.count())};
}

Result<CostRows> costRowsFrom(const Table& table)
{
    usage::Columns columns(table);
    const Column* time = columns.moment("TimeGenerated");
    const Column* seen = columns.moment("Seen");
    const Column* id = columns.text("CorrelationId");
    const Column* source = columns.text("Source");
    const Column* status = columns.number("Status");
    const Column* attempts = columns.number("Attempts");
    const Column* prompt = columns.number("Prompt");
    const Column* completion = columns.number("Completion");
    using Row = cost::UsageRow;
    struct Text
    {
        const Column* column;
        std::string Row::*member;
    };
    const std::array<Text, 8> texts = {{{columns.text("Service"), &Row::service},
                                        {columns.text("Model"), &Row::model},
                                        {columns.text("Backend"), &Row::backend},
                                        {columns.text("Region"), &Row::region},
                                        {columns.text("Application"), &Row::application},
                                        {columns.text("Feature"), &Row::feature},
                                        {columns.text("Environment"), &Row::environment},
                                        {columns.text("Owner"), &Row::owner}}};
    if (Status checked = columns.check(); !checked)
        return fail(checked.error());
    CostRows read;
    read.rows.reserve(table.rowCount());
    for (std::size_t at = 0; at < table.rowCount(); ++at) {
        Row row;
        row.id = id->textAt(at);
        row.time = DateTime{Ticks(time->integerAt(at))};
        row.seen = seen->isNull(at) ? row.time : DateTime{Ticks(seen->integerAt(at))};
        for (const Text& text : texts)
            row.*text.member = shortText(text.column->textAt(at));
        row.source = sourceFrom(source->textAt(at));
        row.tokens =
            cost::tokensOf(row.model, usage::countAt(*prompt, at), 0, usage::countAt(*completion, at));
        row.attempts = static_cast<int>(std::clamp<std::int64_t>(usage::countAt(*attempts, at), 0, 1'000));
        row.status = static_cast<int>(std::clamp<std::int64_t>(usage::countAt(*status, at), 0, 999));
        if (cost::checkRow(row))
            read.rows.push_back(std::move(row));
        else
            ++read.unusable;
    }
    return read;
}

Result<CostCounts> costCountsFrom(const Table& table)
{
    usage::Columns columns(table);
    const Column* start = columns.moment("Start");
    const Column* rows = columns.number("Rows");
    const Column* gateway = columns.number("Gateway");
    const Column* expected = columns.number("Expected");
    const Column* llm = columns.number("Llm");
    if (Status checked = columns.check(); !checked)
        return fail(checked.error());
    CostCounts read;
    for (std::size_t at = 0; at < table.rowCount(); ++at) {
        cost::CountGap count;
        count.start = DateTime{Ticks(start->integerAt(at))};
        count.gateway = usage::countAt(*gateway, at);
        count.expected = usage::countAt(*expected, at);
        count.llm = usage::countAt(*llm, at);
        read.repeated += std::max<std::int64_t>(usage::countAt(*rows, at) - count.gateway, 0);
        read.counts.push_back(count);
    }
    return read;
}

std::vector<CostSlice> costSlices(const std::map<DateTime, std::int64_t>& hours, const TimeRange& range,
                                  std::int64_t most)
{
    std::map<DateTime, std::int64_t> days;
    for (const auto& [hour, calls] : hours)
        days[dayStart(hour)] += calls;
    std::vector<CostSlice> slices;
    for (const auto& [day, calls] : days) {
        const TimeRange whole{std::max(day, range.start), std::min(day + DayLength, range.end)};
        if (whole.end <= whole.start)
            continue;
        const bool joins = calls <= most && !slices.empty() && slices.back().calls + calls <= most;
        if (calls > most) {
            appendParts(whole, calls, most, slices);
        } else if (joins) {
            slices.back().range.end = whole.end;
            slices.back().calls += calls;
            ++slices.back().days;
        } else {
            slices.push_back({whole, calls, 1, true});
        }
    }
    if (slices.empty())
        slices.push_back({range, 0, 0, true});
    slices.back().range.end = range.end;
    return slices;
}

} // namespace gatehouse::jobs
