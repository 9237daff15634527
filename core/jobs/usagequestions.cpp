// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/usagequestions.h"

#include "core/usage/report.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QPromise>

#include <algorithm>

namespace gatehouse::jobs {

using usage::Dimension;
using usage::Filter;
using Outcome = Result<std::shared_ptr<const usage::Report>>;

namespace {

constexpr const char* Calls = "calls";
constexpr const char* CallsWithoutLlmLog = "calls-without-llm-log";

/// Filters are joined by "and": one key lets itself pass, two different ones let nothing pass.
struct Allowed
{
    bool all = true;
    std::vector<std::string> keys;
};

Allowed allowedBy(const std::vector<Filter>& filters, Dimension dimension)
{
    Allowed allowed;
    for (const Filter& filter : filters) {
        if (filter.dimension != dimension)
            continue;
        if (allowed.all)
            allowed.keys = {filter.key};
        else if (allowed.keys != std::vector<std::string>{filter.key})
            allowed.keys.clear();
        allowed.all = false;
    }
    return allowed;
}

void allowOnly(Question& question, const std::vector<Filter>& filters)
{
    const Allowed services = allowedBy(filters, Dimension::Service);
    const Allowed models = allowedBy(filters, Dimension::Model);
    const Allowed backends = allowedBy(filters, Dimension::Backend);
    question.with("allServices", Literal::flag(services.all))
        .with("services", Literal::texts(services.keys))
        .with("allModels", Literal::flag(models.all))
        .with("models", Literal::texts(models.keys))
        .with("allBackends", Literal::flag(backends.all))
        .with("backends", Literal::texts(backends.keys));
}

} // namespace

struct UsageQuestions::Refresh
{
    Dimension dimension;
    TimeRange range;
    std::vector<Filter> filters;
    std::stop_token stop;
    usage::ServiceNames names;
    bool withLlmLog = true;
    QPromise<Outcome> promise;

    void finish(Outcome outcome)
    {
        promise.addResult(std::move(outcome));
        promise.finish();
    }
};

UsageQuestions::UsageQuestions(Workspace& workspace, ServiceDirectory& names, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_names(names)
{}

QFuture<Outcome> UsageQuestions::report(Dimension dimension, TimeRange range, std::vector<Filter> filters,
                                        std::stop_token stop)
{
    auto refresh = std::make_shared<Refresh>();
    refresh->dimension = dimension;
    refresh->range = range;
    refresh->filters = std::move(filters);
    refresh->stop = stop;
    refresh->promise.start();
    QFuture<Outcome> future = refresh->promise.future();

    // The names are asked beside the queries; they are a call to another service.
    QFuture<Result<Answers>> asked = ask(*refresh, Calls);
    m_names.serviceNames(stop).then(
        this, [this, refresh, asked](const Result<usage::ServiceNames>& names) mutable {
            if (names)
                refresh->names = *names;
            asked.then(this, [this, refresh](const Result<Answers>& answers) { take(refresh, answers); });
        });
    return future;
}

QFuture<Result<Answers>> UsageQuestions::ask(const Refresh& refresh, const char* calls)
{
    const TimeRange both{usage::periodBefore(refresh.range).start, refresh.range.end};
    const auto question = [&](const char* name, const TimeRange& scan) {
        Question asked({calls, name});
        asked.with("scanStart", Literal::moment(scan.start))
            .with("rangeStart", Literal::moment(refresh.range.start))
            .with("rangeEnd", Literal::moment(refresh.range.end))
            .with("splitBy", Literal::text(usage::toString(refresh.dimension)));
        allowOnly(asked, refresh.filters);
        return asked;
    };
    Question overTime = question("usage-over-time", refresh.range);
    overTime.with("bucket", Literal::timespan(usage::bucketFor(refresh.range)));
    Question extent({"workspace-extent"});
    extent.with("scanStart", Literal::moment(both.start)).with("rangeEnd", Literal::moment(both.end));
    return askAll(m_workspace,
                  {question("usage-by-key", both), question("usage-totals", both), std::move(overTime),
                   std::move(extent)},
                  both, refresh.stop, this);
}

void UsageQuestions::take(const RefreshPtr& refresh, const Result<Answers>& answers)
{
    if (answers) {
        compute(refresh, *answers);
        return;
    }
    const Error& error = answers.error();
    if (refresh->withLlmLog && isMissingTable(error, "ApiManagementGatewayLlmLog")) {
        refresh->withLlmLog = false;
        ask(*refresh, CallsWithoutLlmLog).then(this, [this, refresh](const Result<Answers>& again) {
            take(refresh, again);
        });
        return;
    }
    refresh->finish(
        fail(isMissingTable(error, "ApiManagementGatewayLogs") ? gatewayLogsAreOff(error) : error));
}

void UsageQuestions::compute(const RefreshPtr& refresh, const Answers& answers)
{
    QtConcurrent::run([refresh, answers]() -> Outcome {
        auto report = usage::buildReport(
            refresh->dimension, refresh->range,
            {answers.table(0), answers.table(1), answers.table(2), answers.table(3)}, refresh->names);
        if (!report)
            return fail(report.error());
        report->partial = answers.partial;
        report->partialReason = answers.partialReason;
        report->age = answers.age;
        report->queries = answers.queries;
        return std::make_shared<const usage::Report>(std::move(*report));
    }).then(this, [refresh](const Outcome& outcome) { refresh->finish(outcome); });
}

} // namespace gatehouse::jobs
