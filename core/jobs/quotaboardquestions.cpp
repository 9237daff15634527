// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/quotaboardquestions.h"

#include "core/gateway/policy/document.h"
#include "core/http/deferred.h"
#include "core/jobs/quotarows.h"

#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>

namespace gatehouse::jobs {

using gateway::PolicyDocument;
using gateway::QuotaPeriod;

namespace {

constexpr const char* FragmentId = "gatehouse-quotas";
/// Policies that are looked through for the fragment.
constexpr std::size_t MostApis = 40;
constexpr Ticks Minute = std::chrono::minutes(1);

std::set<QuotaPeriod> periodsOf(const gateway::QuotaSheet& sheet)
{
    std::set<QuotaPeriod> periods;
    const auto take = [&periods](const gateway::ServiceQuota& quota) {
        for (const gateway::QuotaLimits* limits :
             {&quota.limits, quota.raise ? &quota.raise->before : nullptr}) {
            const auto period = limits != nullptr && limits->tokenQuotaPeriod
                                    ? gateway::parseQuotaPeriod(limits->tokenQuotaPeriod->text)
                                    : std::nullopt;
            if (period)
                periods.insert(*period);
        }
    };
    std::for_each(sheet.services.begin(), sheet.services.end(), take);
    if (sheet.everybodyElse)
        take(*sheet.everybodyElse);
    return periods;
}

bool includesFragment(const std::string& policy)
{
    const auto document = PolicyDocument::parse(policy, PolicyDocument::Root::Policies);
    if (!document)
        return false;
    const auto includes = document->elements("include-fragment");
    return std::any_of(includes.begin(), includes.end(), [](const gateway::PolicyElement& one) {
        return equalsIgnoreCase(one.attribute("fragment-id").value_or(""), FragmentId);
    });
}

std::string logsAreOff()
{
    return "This workspace holds no gateway logs, so what services use is not known. Turn on the diagnostic "
           "setting of the API Management service that sends its gateway logs here.";
}

} // namespace

/// One board on its way.
struct QuotaBoardQuestions::Refresh
{
    QuotaBoardQuestion question;
    std::stop_token stop;
    std::shared_ptr<QuotaBoard> board = std::make_shared<QuotaBoard>();
    http::Deferred<std::shared_ptr<const QuotaBoard>> done;

    int pending = 0;
    std::vector<azure::ApimSubscription> subscriptions;
    std::vector<azure::ApimProduct> products;
    gateway::QuotaSheet sheet;
    std::optional<Error> serviceError; ///< neither subscriptions nor the fragment were given
    std::size_t policies = 0;          ///< still asked for
    bool policyMissing = false;        ///< one could not be read

    std::set<QuotaPeriod> periods;
    DateTime scanStart;
    bool withLlmLog = true;
};

QuotaBoardQuestions::QuotaBoardQuestions(const Sources& sources, QObject* parent)
    : QObject(parent)
    , m_sources(sources)
{}

QFuture<Result<std::shared_ptr<const QuotaBoard>>> QuotaBoardQuestions::board(QuotaBoardQuestion question,
                                                                              std::stop_token stop)
{
    const auto refresh = std::make_shared<Refresh>();
    refresh->question = std::move(question);
    refresh->stop = std::move(stop);
    QuotaBoard& board = *refresh->board;
    board.at = m_sources.clock.now();
    board.range = refresh->question.range;
    board.minute.end = board.at - m_sources.reportingDelay;
    board.minute.start = board.minute.end - Minute;
    board.resourceId = m_sources.serviceId + "/policyFragments/" + FragmentId;
    const auto future = refresh->done.future();
    askService(refresh);
    return future;
}

void QuotaBoardQuestions::askService(const RefreshPtr& refresh)
{
    const std::string& service = m_sources.serviceId;
    const std::stop_token& stop = refresh->stop;
    refresh->pending = 5; // before the first is asked: what is there already is taken at once
    m_sources.apim.subscriptions(service, stop)
        .then(this, [this, refresh](const Result<std::vector<azure::ApimSubscription>>& answer) {
            if (answer)
                refresh->subscriptions = *answer;
            else
                refresh->board->subscriptionsUnknown = answer.error().message;
            arrived(refresh);
        });
    m_sources.apim.products(service, stop)
        .then(this, [this, refresh](const Result<std::vector<azure::ApimProduct>>& answer) {
            refresh->products = answer.value_or(std::vector<azure::ApimProduct>());
            arrived(refresh);
        });
    m_sources.apim.fragment(service, FragmentId, stop)
        .then(this, [this, refresh](const Result<azure::PolicyFragment>& answer) {
            QuotaBoard& board = *refresh->board;
            if (answer) {
                board.fragment = Json{{"format", "xml"}, {"value", answer->xml}};
                if (!answer->description.empty())
                    (*board.fragment)["description"] = answer->description;
                const auto document = PolicyDocument::parse(answer->xml, PolicyDocument::Root::Fragment);
                if (document)
                    refresh->sheet = gateway::readQuotaSheet(*document);
                else
                    board.fragmentUnknown = document.error().message;
            } else if (answer.error().kind != Error::Kind::NotFound) {
                board.fragmentUnknown = answer.error().message;
                refresh->serviceError = answer.error();
            }
            arrived(refresh);
        });
    m_sources.capacity.capacity(stop).then(this, [this, refresh](const Result<QuotaCapacity>& answer) {
        if (answer)
            refresh->board->capacity = *answer;
        else
            refresh->board->capacity.unknown = answer.error().message;
        arrived(refresh);
    });
    askInclusion(refresh);
}

/// Looks through the policies of the service and of its APIs.
void QuotaBoardQuestions::askInclusion(const RefreshPtr& refresh)
{
    const auto take = [this, refresh](const Result<std::string>& policy) {
        refresh->policyMissing = refresh->policyMissing || !policy;
        if (policy && includesFragment(*policy))
            refresh->board->included = true;
        if (--refresh->policies > 0)
            return;
        if (!refresh->board->included && !refresh->policyMissing)
            refresh->board->included = false;
        arrived(refresh);
    };
    m_sources.apim.apis(m_sources.serviceId, refresh->stop)
        .then(this, [this, refresh, take](const Result<std::vector<std::string>>& apis) {
            std::vector<std::string> scopes{""};
            for (const std::string& api : apis.value_or(std::vector<std::string>()))
                scopes.push_back("/apis/" + api);
            refresh->policyMissing = !apis || scopes.size() > MostApis;
            scopes.resize(std::min(scopes.size(), MostApis));
            refresh->policies = scopes.size();
            for (const std::string& scope : scopes)
                m_sources.apim.policy(m_sources.serviceId, scope, refresh->stop).then(this, take);
        });
}

void QuotaBoardQuestions::arrived(const RefreshPtr& refresh)
{
    if (--refresh->pending > 0)
        return;
    if (refresh->stop.stop_requested())
        return refresh->done.settle(fail(http::cancelledError()));
    refresh->board->foreign = refresh->sheet.foreign;
    refresh->board->problems = refresh->sheet.problems;
    askLogs(refresh);
}

void QuotaBoardQuestions::askLogs(const RefreshPtr& refresh)
{
    const QuotaBoard& board = *refresh->board;
    refresh->periods = periodsOf(refresh->sheet);
    refresh->periods.insert(refresh->question.periods.begin(), refresh->question.periods.end());
    const auto startOf = [&board](QuotaPeriod period) { return gateway::windowOf(period, board.at).start; };
    // The pace is today's in every case, and the hour lies in the day.
    refresh->periods.insert({QuotaPeriod::Hourly, QuotaPeriod::Daily});
    refresh->scanStart = std::min(startOf(QuotaPeriod::Daily), board.minute.start);
    for (const QuotaPeriod period : refresh->periods)
        refresh->scanStart = std::min(refresh->scanStart, startOf(period));
    const auto question = [&](const char* name, DateTime scanStart, const TimeRange& range) {
        Question asked({refresh->withLlmLog ? "calls" : "calls-without-llm-log", name});
        asked.with("scanStart", Literal::moment(scanStart))
            .with("rangeStart", Literal::moment(range.start))
            .with("rangeEnd", Literal::moment(range.end))
            .with("splitBy", Literal::text("service"));
        for (const char* what : {"Services", "Models", "Backends"})
            asked.with(std::string("all") + what, Literal::flag(true));
        for (const char* what : {"services", "models", "backends"})
            asked.with(what, Literal::texts({}));
        return asked;
    };
    const TimeRange sofar{refresh->scanStart, board.at};
    Question consumption = question("quota-consumption", sofar.start, sofar);
    consumption.with("minuteStart", Literal::moment(board.minute.start))
        .with("minuteEnd", Literal::moment(board.minute.end))
        .with("hourStart", Literal::moment(startOf(QuotaPeriod::Hourly)))
        .with("dayStart", Literal::moment(startOf(QuotaPeriod::Daily)))
        .with("weekStart", Literal::moment(startOf(QuotaPeriod::Weekly)))
        .with("monthStart", Literal::moment(startOf(QuotaPeriod::Monthly)))
        .with("yearStart", Literal::moment(startOf(QuotaPeriod::Yearly)));
    const DateTime today = startOf(QuotaPeriod::Daily);
    Question pace = question("quota-pace", today, {today, board.at});
    pace.with("dayStart", Literal::moment(today));
    Question extent({"workspace-extent"});
    extent.with("scanStart", Literal::moment(sofar.start)).with("rangeEnd", Literal::moment(sofar.end));
    const TimeRange timespan{std::min(sofar.start, board.range.start), std::max(sofar.end, board.range.end)};
    askAll(m_sources.workspace,
           {std::move(consumption), std::move(pace), question("quota-peak", board.range.start, board.range),
            std::move(extent)},
           timespan, refresh->stop, this)
        .then(this, [this, refresh](const Result<Answers>& answers) { takeLogs(refresh, answers); });
}

void QuotaBoardQuestions::takeLogs(const RefreshPtr& refresh, const Result<Answers>& answers)
{
    if (answers)
        return compute(refresh, *answers);
    const Error& error = answers.error();
    if (error.cancelled())
        return refresh->done.settle(fail(error));
    if (refresh->withLlmLog && isMissingTable(error, "ApiManagementGatewayLlmLog")) {
        refresh->withLlmLog = false;
        return askLogs(refresh);
    }
    if (refresh->serviceError && !refresh->board->subscriptionsUnknown.empty())
        return refresh->done.settle(fail(*refresh->serviceError)); // nothing at all could be read
    refresh->board->logsUnknown =
        isMissingTable(error, "ApiManagementGatewayLogs") ? logsAreOff() : error.message;
    compute(refresh, std::nullopt);
}

void QuotaBoardQuestions::compute(const RefreshPtr& refresh, const std::optional<Answers>& answers)
{
    QtConcurrent::run([refresh, answers]() -> Result<std::shared_ptr<const QuotaBoard>> {
        QuotaBoard& board = *refresh->board;
        std::optional<QuotaUses> uses;
        if (answers) {
            auto read = readUses(*answers, refresh->periods, refresh->scanStart, refresh->withLlmLog);
            if (!read)
                return fail(read.error());
            uses = std::move(*read);
            board.partial = answers->partial;
            board.partialReason = answers->partialReason;
            board.age = answers->age;
            board.queries = answers->queries;
            if (!refresh->withLlmLog)
                board.logsUnknown = "This workspace has no log of models, so tokens are not known.";
        }
        board.rows =
            boardRows(refresh->subscriptions, refresh->products, refresh->sheet, uses ? &*uses : nullptr);
        return std::shared_ptr<const QuotaBoard>(refresh->board);
    }).then(this, [refresh](const Result<std::shared_ptr<const QuotaBoard>>& done) {
        refresh->done.settle(done);
    });
}

} // namespace gatehouse::jobs
