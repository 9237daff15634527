// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sse.h"
#include "core/local/gateway/faults.h"
#include "core/local/rag/ragservice.h"
#include "core/local/upstream/upstream.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/gatewayharness.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

namespace {

/// Takes the bytes as the text.
class TextExtractor final : public Extractor
{
public:
    [[nodiscard]] Result<ExtractedDocument> extract(std::string_view bytes, const std::string&) override
    {
        if (bytes == "broken") {
            Error error;
            error.kind = Error::Kind::InvalidInput;
            error.serviceCode = "DamagedDocument";
            return fail(std::move(error));
        }
        return ExtractedDocument{"text/plain", {}, {{{}, std::string(bytes)}}};
    }
};

constexpr const char* Lease = "Lease\n\nThe tenant gives notice three months before leaving the flat.\n\nThe "
                              "rent is 900 euros a month.";

/// The RAG backend over the real gateway and the simulated regions, with a clock that a test moves.
struct Backend
{
    Backend()
        : sleeper(clock)
        , faults(clock)
    {
        const std::string path = directory.path().toStdString();
        resources = *ResourceStore::open(path + "/resources.sqlite");
        seeded = seedResources(*resources);
        logs = *LogStore::open(
            {path + "/logs.sqlite", GatewayHarness::identity(), std::chrono::hours(24 * 90), 4'000'000});
        endpoints = makeSimulatedEndpoints(*resources, faults, clock, sleeper, 1);
        gateway =
            std::make_unique<GatewayService>(GatewayParts{*resources, *logs, *endpoints, clock, sleeper});
        open();
    }
    void open()
    {
        rag = *RagService::open(directory.path().toStdString() + "/rag.sqlite", {*gateway, *resources, clock},
                                std::make_unique<TextExtractor>());
    }
    [[nodiscard]] Status down()
    {
        Json all = Json::object();
        for (const std::string& name : gateway->backendNames())
            all[name] = {{"down", true}};
        return faults.replace(all, gateway->backendNames());
    }

    QTemporaryDir directory;
    ManualClock clock;
    ManualSleeper sleeper;
    FaultBoard faults;
    std::unique_ptr<ResourceStore> resources;
    Status seeded;
    std::unique_ptr<LogStore> logs;
    std::unique_ptr<EndpointDirectory> endpoints;
    std::unique_ptr<GatewayService> gateway;
    std::unique_ptr<RagService> rag;
};

/// All events of an answer.
std::vector<SseEvent> eventsOf(ChatAnswer& answer)
{
    SseParser parser;
    std::vector<SseEvent> events;
    std::string text;
    for (;;) {
        const ChatAnswer::Step step = answer.next(text);
        parser.feed(text, events);
        if (step == ChatAnswer::Step::Last)
            return events;
    }
}

const SseEvent* eventNamed(const std::vector<SseEvent>& events, std::string_view name)
{
    for (const SseEvent& event : events)
        if (event.type == name)
            return &event;
    return nullptr;
}

local::ChatRequest asking(const std::string& question)
{
    local::ChatRequest request;
    request.question = question;
    return request;
}

} // namespace

class TestRagService : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anAnswerNamesItsPassage();
    void whatIsNotThereIsRefusedAsAnAnswer();
    void theSameBytesAreIndexedOnce();
    void aBrokenDocumentLeavesNothing();
    void aDeadModelLeavesNothingHalfIndexed();
    void aDeadModelIsAnErrorAfterTheContext();
    void whoLeavesEndsTheCall();
    void anIndexOutlivesTheService();
    void aForgottenDocumentIsNotFound();
    void aNewKeyIsTakenAtOnce();
};

void TestRagService::anAnswerNamesItsPassage()
{
    Backend backend;
    const auto uploaded = backend.rag->upload("lease.txt", Lease, {"indexing", "f"});
    QVERIFY(uploaded);
    const auto answer = backend.rag->ask(asking("How long before moving out must a tenant give notice?"));
    QVERIFY(answer);
    const auto events = eventsOf(**answer);
    QCOMPARE(events.front().type, std::string("context"));
    const auto context = parseJson(events.front().data);
    QCOMPARE(memberAt(*context, "passages").size(), 1U);
    QCOMPARE(textAt(memberAt(*context, "prompt")[0], "role"), std::string("system"));
    std::string text;
    for (const SseEvent& event : events)
        if (event.type == "token")
            text += textAt(*parseJson(event.data), "token");
    QCOMPARE(text, std::string("The tenant gives notice three months before leaving the flat. [1]"));
    const SseEvent* done = eventNamed(events, "done");
    QVERIFY(done != nullptr);
    const auto facts = parseJson(done->data);
    QCOMPARE(boolAt(*facts, "grounded"), true);
    QCOMPARE(boolAt(*facts, "simulated"), true);
    QCOMPARE(textAt(memberAt(*facts, "citations")[0], "passage"), uploaded->document.id + "-0");
    QVERIFY(textAt(*facts, "backend").starts_with("aoai-"));
    QVERIFY(!textAt(*facts, "requestId").empty());
    QCOMPARE(textAt(*facts, "finishReason"), std::string("stop"));
    QCOMPARE(events.back().data, std::string("[DONE]"));
}

void TestRagService::whatIsNotThereIsRefusedAsAnAnswer()
{
    Backend backend;
    QVERIFY(backend.rag->upload("lease.txt", Lease, {}));
    const auto answer = backend.rag->ask(asking("Who discovered penicillin?"));
    QVERIFY(answer);
    const auto events = eventsOf(**answer);
    const auto facts = parseJson(eventNamed(events, "done")->data);
    QCOMPARE(memberAt(*facts, "grounded"), Json(false));
    QVERIFY(memberAt(*facts, "citations").empty());
    QVERIFY(eventNamed(events, "error") == nullptr);
}

void TestRagService::theSameBytesAreIndexedOnce()
{
    Backend backend;
    QVERIFY(!backend.rag->upload("lease.txt", Lease, {})->duplicate);
    const auto again = backend.rag->upload("copy.txt", Lease, {});
    QVERIFY(again->duplicate);
    QCOMPARE(again->document.name, std::string("lease.txt"));
    QCOMPARE(backend.rag->store().documents()->size(), 1U);
}

void TestRagService::aBrokenDocumentLeavesNothing()
{
    Backend backend;
    const auto uploaded = backend.rag->upload("x.pdf", "broken", {});
    QCOMPARE(uploaded.error().serviceCode, std::string("DamagedDocument"));
    QCOMPARE(backend.rag->upload("x.txt", " \n\n ", {}).error().serviceCode, std::string("NoText"));
    const std::string large(20U * 1024 * 1024 + 1, 'a');
    QCOMPARE(backend.rag->upload("x.txt", large, {}).error().serviceCode, std::string("DocumentTooLarge"));
    QCOMPARE(backend.rag->ask(asking("anything")).error().serviceCode, std::string("NoDocuments"));
}

void TestRagService::aDeadModelLeavesNothingHalfIndexed()
{
    Backend backend;
    QVERIFY(backend.down());
    const auto uploaded = backend.rag->upload("lease.txt", Lease, {});
    QCOMPARE(uploaded.error().serviceCode, std::string("ModelFailed"));
    QCOMPARE(backend.rag->store().documents()->size(), 0U);
    QVERIFY(backend.rag->store().searchWords({"tenant"}, {}, 5)->empty());
}

void TestRagService::aDeadModelIsAnErrorAfterTheContext()
{
    Backend backend;
    QVERIFY(backend.rag->upload("lease.txt", Lease, {}));
    QVERIFY(backend.down());
    const auto answer = backend.rag->ask(asking("What notice does the tenant give?"));
    QVERIFY(answer); // found by its words alone
    const auto events = eventsOf(**answer);
    QCOMPARE(events.size(), 2U);
    QCOMPARE(events[1].type, std::string("error"));
    QCOMPARE(textAt(*parseJson(events[1].data), "code"), std::string("ModelFailed"));
}

void TestRagService::whoLeavesEndsTheCall()
{
    Backend backend;
    QVERIFY(backend.rag->upload("lease.txt", Lease, {}));
    const std::int64_t before = backend.logs->rowCount(TableId::GatewayLogs);
    {
        const auto answer = backend.rag->ask(asking("What notice does the tenant give?"));
        std::string events;
        while (events.find("event: token") == std::string::npos)
            QCOMPARE((*answer)->next(events), ChatAnswer::Step::More);
    }
    // The embedding and the answer that nobody waited for.
    QCOMPARE(static_cast<std::int64_t>(backend.logs->rowCount(TableId::GatewayLogs)), before + 2);
}

void TestRagService::anIndexOutlivesTheService()
{
    Backend backend;
    QVERIFY(backend.rag->upload("lease.txt", Lease, {}));
    backend.rag.reset();
    backend.open();
    const auto answer = backend.rag->ask(asking("What notice does the tenant give?"));
    const auto context = parseJson(eventsOf(**answer).front().data);
    const Json& passage = memberAt(*context, "passages")[0];
    QCOMPARE(memberAt(passage, "vectorRank"), Json(1));
    QCOMPARE(memberAt(passage, "keywordRank"), Json(1));
}

void TestRagService::aForgottenDocumentIsNotFound()
{
    Backend backend;
    const std::string id = backend.rag->upload("lease.txt", Lease, {})->document.id;
    QVERIFY(backend.rag->upload("other.txt", "Cows eat grass on the meadow.", {}));
    const auto receipt = backend.rag->forget(id);
    QCOMPARE((**receipt).document.chunks, 1);
    QVERIFY(!*backend.rag->forget(id));
    local::ChatRequest request = asking("What notice does the tenant give?");
    const auto answer = backend.rag->ask(request);
    QVERIFY(eventsOf(**answer).front().data.find("notice three months") == std::string::npos);
    request.documents = {id};
    QCOMPARE(backend.rag->ask(request).error().serviceCode, std::string("NoDocuments"));
}

void TestRagService::aNewKeyIsTakenAtOnce()
{
    Backend backend;
    const ResourcePtr subscription =
        backend.resources->get(apimResourceId() + "/subscriptions/document-search");
    QVERIFY(subscription != nullptr);
    QVERIFY(backend.resources->setKeys("document-search", {}));
    QVERIFY(backend.rag->upload("lease.txt", Lease, {})); // with the new key at once
}

GATEHOUSE_TEST_MAIN(TestRagService)
#include "tst_ragservice.moc"
