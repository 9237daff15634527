// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/report.h"

#include "core/usage/columns.h"
#include "core/usage/timeseries.h"

#include <algorithm>
#include <tuple>

namespace gatehouse::usage {

namespace {

constexpr std::string_view Now = "now";

/// The columns of usage-by-key and usage-totals that hold a Totals.
class TotalsColumns
{
public:
    explicit TotalsColumns(Columns& columns)
        : m_period(columns.text("Period"))
        , m_requests(columns.number("Requests"))
        , m_failed(columns.number("Failed"))
        , m_throttled(columns.number("Throttled"))
        , m_prompt(columns.number("PromptTokens"))
        , m_completion(columns.number("CompletionTokens"))
        , m_total(columns.number("TotalTokens"))
        , m_estimated(columns.number("EstimatedTokens"))
        , m_unknown(columns.number("UnknownUsage"))
        , m_p95(columns.number("P95Ms"))
    {}

    [[nodiscard]] bool isNow(std::size_t row) const { return m_period->textAt(row) == Now; }

    [[nodiscard]] Totals read(std::size_t row) const
    {
        Totals totals;
        totals.requests = countAt(*m_requests, row);
        totals.failed = countAt(*m_failed, row);
        totals.throttled = countAt(*m_throttled, row);
        totals.promptTokens = countAt(*m_prompt, row);
        totals.completionTokens = countAt(*m_completion, row);
        totals.totalTokens = countAt(*m_total, row);
        totals.estimatedTokens = countAt(*m_estimated, row);
        totals.unknownUsage = countAt(*m_unknown, row);
        totals.p95Ms = figureAt(*m_p95, row);
        return totals;
    }

private:
    const Column* m_period;
    const Column* m_requests;
    const Column* m_failed;
    const Column* m_throttled;
    const Column* m_prompt;
    const Column* m_completion;
    const Column* m_total;
    const Column* m_estimated;
    const Column* m_unknown;
    const Column* m_p95;
};

Status readRows(const Table& byKey, const ServiceNames& names, Report& report)
{
    Columns columns(byKey);
    const Column* key = columns.text("Key");
    const TotalsColumns totals(columns);
    if (Status status = columns.check(); !status)
        return status;
    for (std::size_t row = 0; row < byKey.rowCount(); ++row) {
        Row one{std::string(key->textAt(row)), {}, totals.read(row)};
        if (!totals.isNow(row)) {
            report.before += one.totals;
            continue;
        }
        one.label = labelFor(report.dimension, one.key, names);
        report.totals += one.totals;
        report.rows.push_back(std::move(one));
    }
    std::sort(report.rows.begin(), report.rows.end(), [](const Row& a, const Row& b) {
        return std::tie(b.totals.totalTokens, b.totals.requests, a.key) <
               std::tie(a.totals.totalTokens, a.totals.requests, b.key);
    });
    return {};
}

Status readPercentiles(const Table& table, Report& report)
{
    Columns columns(table);
    const TotalsColumns totals(columns);
    if (Status status = columns.check(); !status)
        return status;
    for (std::size_t row = 0; row < table.rowCount(); ++row)
        (totals.isNow(row) ? report.totals : report.before).p95Ms = totals.read(row).p95Ms;
    return {};
}

Result<std::optional<TimeRange>> readExtent(const Table& table)
{
    Columns columns(table);
    const Column* first = columns.moment("FirstSeen");
    const Column* last = columns.moment("LastSeen");
    if (Status status = columns.check(); !status)
        return fail(status.error());
    if (table.rowCount() == 0 || first->isNull(0) || last->isNull(0))
        return std::optional<TimeRange>();
    return TimeRange{DateTime{Ticks(first->integerAt(0))}, DateTime{Ticks(last->integerAt(0))}};
}

} // namespace

Result<Report> buildReport(Dimension dimension, const TimeRange& range, const Answers& answers,
                           const ServiceNames& names)
{
    Report report;
    report.dimension = dimension;
    report.range = range;
    if (Status status = readRows(answers.byKey, names, report); !status)
        return fail(status.error());
    if (Status status = readPercentiles(answers.totals, report); !status)
        return fail(status.error());
    const auto extent = readExtent(answers.extent);
    if (!extent)
        return fail(extent.error());
    auto series = buildSeries(dimension, range, answers.overTime, *extent, names);
    if (!series)
        return fail(series.error());
    report.tokens = std::move(series->tokens);
    report.requests = std::move(series->requests);
    return report;
}

TimeRange periodBefore(const TimeRange& range)
{
    return {range.start - range.length(), range.start};
}

} // namespace gatehouse::usage
