// SPDX-License-Identifier: GPL-3.0-or-later
// The board and the impact of a draft, from ARM's answers and from rows that the query engine reads.
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/quotaboardquestions.h"
#include "core/jobs/quotadrafts.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#include "tests/unit/jobs/memorycatalog.h"
#endif
#include "tests/unit/jobs/scriptedworkspace.h"

using namespace gatehouse;
using namespace gatehouse::test;
using gateway::LimitValue;
using gateway::QuotaPeriod;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const DateTime Noon = DateTime::fromCivil(2026, 6, 10) + Ticks(hours(12));

gateway::ServiceQuota quotaOf(const std::string& service, std::int64_t tokensPerMinute)
{
    gateway::ServiceQuota quota;
    quota.service = service;
    quota.limits.tokensPerMinute = LimitValue::of(tokensPerMinute);
    return quota;
}

/// An API Management service and two AI accounts as ARM answers for them.
struct Arm
{
    std::string fragment = gateway::emptyQuotaFragment().text();
    std::string apiPolicy =
        R"(<policies><inbound><include-fragment fragment-id=\"Gatehouse-Quotas\"/></inbound></policies>)";
    int fragmentStatus = 200;
    int accountsStatus = 200;
    int subscriptionsStatus = 200;

    FakeHttp::Answer answer(const http::HttpRequest& request) const
    {
        const auto asks = [&](const char* what) { return request.url.find(what) != std::string::npos; };
        const auto refused = [](int status) {
            return response(status, R"({"error":{"code":"AuthorizationFailed","message":"You may not."}})");
        };
        if (asks("/policyFragments/")) {
            if (fragmentStatus != 200)
                return refused(fragmentStatus);
            const Json body = {{"properties", {{"format", "xml"}, {"value", fragment}}}};
            return response(200, dumpJson(body), {{"ETag", "\"1\""}});
        }
        if (asks("/apis/openai/policies/"))
            return response(200, R"({"properties":{"value":")" + apiPolicy + R"("}})");
        if (asks("/policies/policy"))
            return response(200, R"({"properties":{"value":"<policies/>"}})");
        if (asks("/apis?"))
            return response(200, R"({"value":[{"name":"openai"}]})");
        if (asks("/products?"))
            return response(200, R"({"value":[{"name":"ai","properties":{"displayName":"AI platform"}}]})");
        if (asks("/subscriptions?") && subscriptionsStatus != 200)
            return refused(subscriptionsStatus);
        if (asks("/subscriptions?"))
            return response(200, R"({"value":[
                {"name":"checkout","properties":{"displayName":"Checkout","state":"active","scope":"/svc/products/ai"}},
                {"name":"billing","properties":{"displayName":"Billing","state":"suspended","scope":"/svc/apis"}}]})");
        if (asks("/deployments?"))
            return response(200, R"({"value":[{"name":"gpt-4.1-mini","sku":{"name":"Standard","capacity":300},
                "properties":{"model":{"name":"gpt-4.1-mini"}}}]})");
        if (asks("/usages?"))
            return response(200, R"({"value":[{"name":{"value":"OpenAI.Standard.gpt4.1-mini"},
                "currentValue":300,"limit":450}]})");
        if (asks("/models?"))
            return response(200, R"({"value":[{"model":{"name":"gpt-4.1-mini","skus":[
                {"name":"Standard","usageName":"OpenAI.Standard.gpt4.1-mini"}]}}]})");
        if (asks("/accounts?"))
            return accountsStatus == 200
                       ? response(200, R"({"value":[{"id":"/a/east","kind":"OpenAI","location":"eastus"},
                             {"id":"/a/vision","kind":"ComputerVision","location":"westus"}]})")
                       : refused(accountsStatus);
        return response(404);
    }
};

struct Rig
{
    Rig()
        : clock(Noon)
        , http([this](const http::HttpRequest& request) { return served.answer(request); })
        , authorized(http, tokens, clock)
        , arm(authorized, "https://arm.example", "arm/.default")
        , apim(arm)
        , cognitive(arm)
        , capacity(cognitive, clock, "s-1")
        , workspace([this](const jobs::Ask& ask) -> Result<QueryAnswerPtr> {
            if (refusal)
                return fail(*refusal);
            kql::QueryOptions options;
            options.now = clock.now();
            options.timespan = ask.timespan;
            auto execution = kql::execute(ask.kql, catalog, options);
            if (!execution)
                return fail(execution.error());
            return std::make_shared<const QueryAnswer>(std::move(execution->answer));
        })
        , questions({workspace, apim, capacity, clock, "/svc", Ticks(seconds(10))})
    {}

    /// A call of 15 tokens, or as many as are given.
    void add(const std::string& service, DateTime time, int used = 15, int status = 200,
             const std::string& backend = "east")
    {
        LoggedCall call;
        call.time = time;
        call.id = "c" + std::to_string(++calls);
        call.service = service;
        call.status = status;
        call.backend = backend;
        if (status == 200)
            call.usage->prompt = used - 5, call.usage->completion = 5, call.usage->total = used;
        else
            call.usage.reset();
        catalog.addCall(call);
    }
    std::shared_ptr<const jobs::QuotaBoard> board(std::set<QuotaPeriod> periods = {})
    {
        const auto answer = await(questions.board({{Noon - Ticks(hours(24)), Noon}, std::move(periods)}, {}));
        if (!answer)
            qInfo("%s", answer.error().message.c_str());
        return answer.value_or(nullptr);
    }

    ManualClock clock;
    Arm served;
    FakeHttp http;
    FakeTokens tokens;
    azure::AuthorizedClient authorized;
    azure::ArmClient arm;
    azure::ApimClient apim;
    azure::CognitiveClient cognitive;
    jobs::AiCapacity capacity;
    MemoryCatalog catalog;
    std::optional<Error> refusal;
    int calls = 0;
    ScriptedWorkspace workspace;
    jobs::QuotaBoardQuestions questions;
};

const jobs::QuotaBoardRow& rowOf(const jobs::QuotaBoard& board, const std::string& service)
{
    return *std::find_if(board.rows.begin(), board.rows.end(),
                         [&](const jobs::QuotaBoardRow& row) { return row.service == service; });
}

} // namespace

class TestQuotaBoard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySubscriptionIsARow();
    void usesAreCountedWithinTheirWindows();
    void everybodyElseShowsTheMostThatOneUsed();
    void aLogThatBeginsLateIsAtLeast();
    void capacityIsJoinedThroughUsageNames();
    void whatCannotBeReadIsSaidAndNeverZero();
    void withoutTheModelLogTokensAreUnknown();
    void nothingAtAllIsAnError();
    void aFragmentThatNobodyIncludesIsTold();
    void anImpactReplaysTheCallsOfItsServices();
    void anImpactTellsItsProgressAndCanBeStopped();
    void aDraftTouchesOnlyItsRow();
    void aDraftOfEverybodyElseReachesThoseWithoutARule();
};

void TestQuotaBoard::everySubscriptionIsARow()
{
    Rig rig;
    auto document = gateway::setServiceQuota(gateway::emptyQuotaFragment(), quotaOf("Checkout", 900));
    document = gateway::setServiceQuota(*document, quotaOf("gone", 5));
    rig.served.fragment = document->text();
    const auto board = rig.board();
    QVERIFY(board);
    QCOMPARE(board->rows.size(), 4U);
    QCOMPARE(board->rows[0].displayName, std::string("Billing"));
    QCOMPARE(board->rows[0].state, std::string("suspended"));
    QVERIFY(!board->rows[0].quota);
    QCOMPARE(board->rows[1].service, std::string("checkout")); // ids are the same in any case
    QCOMPARE(board->rows[1].product, std::string("AI platform"));
    QVERIFY(board->rows[1].quota);
    QCOMPARE(board->rows[2].service, std::string("gone"));
    QVERIFY(!board->rows[2].subscribed);
    QCOMPARE(board->rows[3].service, std::string());
    QCOMPARE(board->resourceId, std::string("/svc/policyFragments/gatehouse-quotas"));
    QVERIFY(board->included.value());
}

void TestQuotaBoard::usesAreCountedWithinTheirWindows()
{
    Rig rig;
    rig.add("checkout", Noon - Ticks(seconds(30)), 100);
    rig.add("CHECKOUT", Noon - Ticks(seconds(40)), 10);             // the log's spelling does not matter
    rig.add("checkout", Noon - Ticks(seconds(35)), 0, 429, "");     // refused by the gateway: not counted
    rig.add("checkout", Noon - Ticks(seconds(5)), 7);               // the minute of the log ended before it
    rig.add("checkout", Noon - Ticks(hours(3)), 1000);              // today
    rig.add("checkout", Noon - Ticks(hours(20)), 10'000);           // yesterday
    rig.add("checkout", Noon - Ticks(hours(24 * 9 + 11)), 100'000); // 1 June
    const auto board = rig.board({QuotaPeriod::Monthly});
    QVERIFY(board);
    const jobs::QuotaUse& use = rowOf(*board, "checkout").use;
    QCOMPARE(use.tokensLastMinute.value(), std::int64_t(110));
    QCOMPARE(use.callsLastMinute.value(), std::int64_t(2));
    QCOMPARE(use.peakTokensPerMinute.value(), std::int64_t(10'000));
    QCOMPARE(use.tokensInPeriod.at(QuotaPeriod::Hourly), std::int64_t(0));
    QCOMPARE(use.tokensInPeriod.at(QuotaPeriod::Daily), std::int64_t(1117));
    QCOMPARE(use.tokensInPeriod.at(QuotaPeriod::Monthly), std::int64_t(111'117));
    QVERIFY(!use.tokensInPeriod.contains(QuotaPeriod::Yearly)); // was not asked for
    QVERIFY(!use.atLeast);
    const jobs::QuotaUse& none = rowOf(*board, "billing").use;
    QCOMPARE(none.tokensLastMinute.value(), std::int64_t(0)); // the log is there and has no call of it
}

void TestQuotaBoard::everybodyElseShowsTheMostThatOneUsed()
{
    Rig rig;
    auto document = gateway::setServiceQuota(gateway::emptyQuotaFragment(), quotaOf("checkout", 900));
    document = gateway::setServiceQuota(*document, quotaOf("", 100));
    rig.served.fragment = document->text();
    rig.add("checkout", Noon - Ticks(seconds(30)), 500);
    rig.add("billing", Noon - Ticks(seconds(30)), 40);
    rig.add("", Noon - Ticks(seconds(30)), 60);
    const auto board = rig.board();
    QCOMPARE(rowOf(*board, "").use.tokensLastMinute.value(), std::int64_t(60));
}

void TestQuotaBoard::aLogThatBeginsLateIsAtLeast()
{
    Rig rig;
    rig.add("checkout", Noon - Ticks(hours(2)), 100);
    QVERIFY(rowOf(*rig.board({QuotaPeriod::Monthly}), "checkout").use.atLeast);
    QVERIFY(!rowOf(*rig.board(), "checkout").use.atLeast);
}

void TestQuotaBoard::capacityIsJoinedThroughUsageNames()
{
    Rig rig;
    const auto board = rig.board();
    QCOMPARE(board->capacity.unknown, std::string());
    QCOMPARE(board->capacity.deployments.size(), 1U);
    QCOMPARE(board->capacity.deployments[0].region, std::string("East US"));
    QCOMPARE(board->capacity.deployments[0].usageName, std::string("OpenAI.Standard.gpt4.1-mini"));
    QCOMPARE(board->capacity.quotas.at(0).left(), 150.0);
}

void TestQuotaBoard::whatCannotBeReadIsSaidAndNeverZero()
{
    Rig rig;
    rig.served.accountsStatus = 403;
    rig.served.fragmentStatus = 403;
    rig.catalog.remove("ApiManagementGatewayLogs");
    const auto board = rig.board();
    QVERIFY(board);
    QVERIFY(board->logsUnknown.find("no gateway logs") != std::string::npos);
    QVERIFY(board->fragmentUnknown.find("You may not") != std::string::npos);
    QVERIFY(board->capacity.unknown.find("could not be read") != std::string::npos);
    for (const jobs::QuotaBoardRow& row : board->rows) {
        QVERIFY(!row.use.tokensLastMinute && !row.use.callsLastMinute && !row.use.peakTokensPerMinute);
        QVERIFY(row.use.tokensInPeriod.empty());
    }
}

void TestQuotaBoard::withoutTheModelLogTokensAreUnknown()
{
    Rig rig;
    rig.add("checkout", Noon - Ticks(seconds(30)));
    rig.catalog.remove("ApiManagementGatewayLlmLog");
    const auto board = rig.board();
    const jobs::QuotaUse& use = rowOf(*board, "checkout").use;
    QCOMPARE(use.callsLastMinute.value(), std::int64_t(1));
    QVERIFY(!use.tokensLastMinute && use.tokensInPeriod.empty());
    QVERIFY(board->logsUnknown.find("tokens are not known") != std::string::npos);
}

void TestQuotaBoard::nothingAtAllIsAnError()
{
    Rig rig;
    rig.served.fragmentStatus = 403;
    rig.served.subscriptionsStatus = 403;
    rig.refusal = missingTable("ApiManagementGatewayLogs");
    const auto answer = await(rig.questions.board({{Noon - Ticks(hours(1)), Noon}, {}}, {}));
    QVERIFY(!answer && answer.error().kind == Error::Kind::Denied);
}

void TestQuotaBoard::aFragmentThatNobodyIncludesIsTold()
{
    Rig rig;
    rig.served.apiPolicy = "<policies><inbound><base/></inbound></policies>";
    QCOMPARE(rig.board()->included.value(), false);
}

void TestQuotaBoard::anImpactReplaysTheCallsOfItsServices()
{
    Rig rig;
    for (int i = 0; i < 5; ++i)
        rig.add("checkout", Noon - Ticks(hours(30)) + Ticks(seconds(i)), 100);
    rig.add("billing", Noon - Ticks(hours(30)), 100'000);        // has no draft
    rig.add("checkout", Noon - Ticks(hours(24 * 8)), 1'000'000); // before the range
    jobs::QuotaImpactQuestion question;
    question.limits["checkout"] = quotaOf("checkout", 250).limits;
    question.limits["computed"].tokensPerMinute = LimitValue::of(std::string_view("{{tpm}}"));
    const auto impact = await(rig.questions.impact(question, {}, {}));
    QVERIFY2(impact.has_value(), impact ? "" : impact.error().message.c_str());
    QCOMPARE((*impact)->calls, std::int64_t(5));
    QCOMPARE((*impact)->impact.total.refused.calls, std::int64_t(3));
    QCOMPARE((*impact)->impact.services.at(0).examples.size(), 3U);
    QCOMPARE((*impact)->impact.services.at(0).byLimit[1].calls, std::int64_t(3));
    QCOMPARE((*impact)->leftOut,
             std::vector<std::string>{"computed: tokens per minute, which only the gateway can work out."});
}

void TestQuotaBoard::anImpactTellsItsProgressAndCanBeStopped()
{
    Rig rig;
    rig.add("checkout", Noon - Ticks(hours(30)));
    jobs::QuotaImpactQuestion question;
    question.limits["checkout"] = quotaOf("checkout", 250).limits;
    std::vector<std::int64_t> read;
    const auto impact = await(rig.questions.impact(question,
                                                   [&](jobs::QuotaImpactProgress progress) {
                                                       QCOMPARE(progress.total, std::int64_t(1));
                                                       read.push_back(progress.read);
                                                   },
                                                   {}));
    QVERIFY(impact.has_value());
    QCOMPARE(read, (std::vector<std::int64_t>{0, 1}));

    std::stop_source stop;
    auto stopped = rig.questions.impact(
        question, [&](jobs::QuotaImpactProgress) { stop.request_stop(); }, stop.get_token());
    QVERIFY(await(stopped).error().cancelled());
}

void TestQuotaBoard::aDraftTouchesOnlyItsRow()
{
    auto document = gateway::setServiceQuota(gateway::emptyQuotaFragment(), quotaOf("one", 10));
    document = gateway::setServiceQuota(*document, quotaOf("two", 20));
    const Json base = {{"format", "xml"}, {"value", document->text()}, {"description", "mine"}};
    const auto set = jobs::quotaChangeSet("/svc/policyFragments/gatehouse-quotas", base,
                                          {{"two", quotaOf("two", 30)}}, {{"two", "Second"}});
    QVERIFY(set.has_value());
    QCOMPARE(set->title, std::string("Limits of Second"));
    QCOMPARE(set->changes.size(), 1U);
    QVERIFY(set->changes[0].base == base);
    const Json& wanted = *set->changes[0].wanted;
    QCOMPARE(textAt(wanted, "description"), std::string("mine"));
    std::string expected = document->text();
    expected.replace(expected.find("tokens-per-minute=\"20\""), 22, "tokens-per-minute=\"30\"");
    QCOMPARE(QString::fromStdString(textAt(wanted, "value")), QString::fromStdString(expected));

    const auto created = jobs::quotaChangeSet("/f", std::nullopt, {{"", quotaOf("", 5)}}, {});
    QVERIFY(!created->changes[0].base);
    QCOMPARE(created->title, std::string("Limits of everybody else"));
    const auto gone = jobs::quotaChangeSet("/f", base, {{"one", std::nullopt}, {"three", std::nullopt}}, {});
    QVERIFY(gone.has_value()); // what is not there need not be removed
    QVERIFY(textAt(*gone->changes[0].wanted, "value").find("&quot;one&quot;") == std::string::npos);
}

void TestQuotaBoard::aDraftOfEverybodyElseReachesThoseWithoutARule()
{
    std::vector<jobs::QuotaBoardRow> rows(4);
    rows[0].service = "own";
    rows[0].quota = quotaOf("own", 10);
    rows[1].service = "none";
    rows[2].service = "ended";
    rows[2].quota = quotaOf("ended", 10);
    rows[2].quota->raise = gateway::TemporaryRaise{Noon - Ticks(1), {}};
    const auto limits = jobs::draftedLimits(rows, {{"", quotaOf("", 7)}, {"own", std::nullopt}}, Noon);
    QCOMPARE(limits.size(), 4U);
    for (const auto& [service, one] : limits)
        QCOMPARE(one.tokensPerMinute->text, std::string("7"));
    const auto only = jobs::draftedLimits(rows, {{"own", quotaOf("own", 20)}}, Noon);
    QCOMPARE(only.size(), 1U);
    QCOMPARE(only.at("own").tokensPerMinute->text, std::string("20"));
}

GATEHOUSE_TEST_MAIN(TestQuotaBoard)
#include "tst_quotaboard.moc"
