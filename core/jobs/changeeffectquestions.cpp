// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/changeeffectquestions.h"

#include "core/jobs/question.h"
#include "core/usage/columns.h"

#include <QtCore/QPromise>

#include <algorithm>

namespace gatehouse::jobs {

namespace {

using Outcome = Result<ChangeEffect>;

constexpr std::chrono::hours OneHour{1};
/// How far around the change the log is looked at to tell a quiet hour from one that was not logged.
constexpr std::chrono::hours Around{24};

/// What of the log there is around a change.
struct Extent
{
    std::optional<DateTime> first;
    std::optional<DateTime> last;

    [[nodiscard]] bool encloses(const TimeRange& hour) const
    {
        return first && last && *first <= hour.start && *last >= hour.end;
    }
};

std::optional<DateTime> momentAt(const Table& table, const char* column)
{
    const Column* const found = table.find(column);
    if (found == nullptr || found->type() != ColumnType::DateTime || found->size() == 0 || found->isNull(0))
        return std::nullopt;
    return DateTime{Ticks(found->integerAt(0))};
}

/// The figures of a period of the answer; empty where it has no row of it.
Result<std::optional<HourFigures>> figuresOf(const Table& table, std::string_view wanted, bool hasTokens)
{
    usage::Columns columns(table);
    const Column* const period = columns.text("Period");
    const Column* const requests = columns.number("Requests");
    const Column* const errors = columns.number("Errors");
    const Column* const throttled = columns.number("Throttled");
    const Column* const tokens = columns.number("Tokens");
    const Column* const unknown = columns.number("UnknownUsage");
    if (const Status read = columns.check(); !read)
        return fail(read.error());
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        if (period->textAt(row) != wanted)
            continue;
        HourFigures figures;
        figures.requests = usage::countAt(*requests, row);
        figures.errors = usage::countAt(*errors, row);
        figures.throttled = usage::countAt(*throttled, row);
        figures.tokensAtLeast = usage::countAt(*unknown, row) > 0;
        const std::int64_t known = usage::countAt(*tokens, row);
        if (hasTokens && (known > 0 || !figures.tokensAtLeast))
            figures.tokens = known;
        return std::optional(figures);
    }
    return std::optional<HourFigures>();
}

} // namespace

struct ChangeEffectQuestions::Asked
{
    DateTime at;
    ChangeEffect effect;
    std::stop_token stop;
    bool withLlmLog = true;
    QPromise<Outcome> promise;

    void finish(Outcome outcome)
    {
        promise.addResult(std::move(outcome));
        promise.finish();
    }

    [[nodiscard]] Outcome read(const Answers& answers) const
    {
        ChangeEffect read = effect;
        read.queries = answers.queries;
        if (answers.partial)
            return read; // some rows are missing: no figure would be right
        const Table& extentTable = answers.table(1);
        const Extent extent{momentAt(extentTable, "FirstSeen"), momentAt(extentTable, "LastSeen")};
        const auto hour = [&](const char* period,
                              const TimeRange& range) -> Result<std::optional<HourFigures>> {
            auto figures = figuresOf(answers.table(0), period, withLlmLog);
            if (figures && !*figures && extent.encloses(range))
                return std::optional(HourFigures{.tokens = 0});
            return figures;
        };
        auto before = hour("before", effect.before);
        if (!before)
            return fail(before.error());
        read.hourBefore = *before;
        if (effect.tooEarly)
            return read;
        auto after = hour("now", effect.after);
        if (!after)
            return fail(after.error());
        read.hourAfter = *after;
        return read;
    }
};

ChangeEffectQuestions::ChangeEffectQuestions(Workspace& workspace, const Clock& clock, Ticks reportingDelay,
                                             QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_clock(clock)
    , m_reportingDelay(reportingDelay)
{}

QFuture<Outcome> ChangeEffectQuestions::effect(DateTime at, std::stop_token stop)
{
    auto asked = std::make_shared<Asked>();
    asked->at = at;
    asked->stop = std::move(stop);
    asked->effect.before = {at - OneHour, at};
    asked->effect.after = {at, at + OneHour};
    asked->effect.tooEarly = m_clock.now() < at + OneHour + m_reportingDelay;
    asked->promise.start();
    QFuture<Outcome> future = asked->promise.future();
    ask(asked);
    return future;
}

void ChangeEffectQuestions::ask(const std::shared_ptr<Asked>& asked)
{
    const TimeRange around{asked->at - Around, std::min(m_clock.now(), asked->at + Around)};
    Question figures({asked->withLlmLog ? "calls" : "calls-without-llm-log", "change-effect"});
    figures.with("scanStart", Literal::moment(asked->effect.before.start))
        .with("rangeStart", Literal::moment(asked->at))
        .with("rangeEnd", Literal::moment(asked->effect.after.end))
        .with("splitBy", Literal::text("service"));
    for (const char* all : {"allServices", "allModels", "allBackends"})
        figures.with(all, Literal::flag(true));
    for (const char* chosen : {"services", "models", "backends"})
        figures.with(chosen, Literal::texts({}));
    Question extent({"workspace-extent"});
    extent.with("scanStart", Literal::moment(around.start)).with("rangeEnd", Literal::moment(around.end));
    askAll(m_workspace, {std::move(figures), std::move(extent)}, around, asked->stop, this)
        .then(this, [this, asked](const Result<Answers>& answers) {
            if (answers)
                return asked->finish(asked->read(*answers));
            if (!asked->withLlmLog || !isMissingTable(answers.error(), "ApiManagementGatewayLlmLog"))
                return asked->finish(isMissingTable(answers.error(), "ApiManagementGatewayLogs")
                                         ? Outcome(asked->effect) // nothing is logged: nothing is known
                                         : Outcome(fail(answers.error())));
            asked->withLlmLog = false;
            ask(asked);
        });
}

} // namespace gatehouse::jobs
