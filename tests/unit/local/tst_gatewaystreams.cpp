// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#include "tests/unit/local/gatewayharness.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

using Texts = std::vector<std::string>;

namespace {

std::string delta(const std::string& text)
{
    return R"(data: {"choices":[{"index":0,"delta":{"content":")" + text +
           "\"},\"finish_reason\":null}]}\n\n";
}

const std::string Finish = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const std::string Usage =
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3,\"total_tokens\":8}}\n\n";
const std::string Done = "data: [DONE]\n\n";

struct Drained
{
    std::string text;
    AnswerStream::Step last = AnswerStream::Step::More;
};

Drained drain(AnswerStream& stream)
{
    Drained drained;
    std::string chunk;
    while (drained.last == AnswerStream::Step::More) {
        drained.last = stream.next(chunk);
        drained.text += chunk;
    }
    return drained;
}

} // namespace

class TestGatewayStreams : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bytesPassUnchanged_data();
    void bytesPassUnchanged();
    void endIsHeldBackUntilTheRowsAreIn();
    void usageChunkIsMeasured();
    void withoutUsageItIsEstimated();
    void cutStreamEndsAsCut();
    void endWithoutFinishIsACut();
    void cutsOpenTheCircuit();
    void nothingBeforeTheFirstByteIsRetried();
    void clientThatLeavesIsLogged();
};

void TestGatewayStreams::bytesPassUnchanged_data()
{
    QTest::addColumn<int>("cut");
    for (const int cut : {0, 1, 3, 7, 11, 50, 1'000})
        QTest::newRow(std::to_string(cut).c_str()) << cut;
}

void TestGatewayStreams::bytesPassUnchanged()
{
    QFETCH(int, cut);
    const std::string whole = delta("Hel") + ": comment\n\n" + delta("lo") + Finish + Usage + Done;
    Texts pieces;
    for (std::size_t at = 0; at < whole.size() && cut > 0; at += static_cast<std::size_t>(cut))
        pieces.push_back(whole.substr(at, static_cast<std::size_t>(cut)));
    if (pieces.empty())
        pieces = {whole};
    GatewayHarness h;
    h.east()->replies = {Reply::streaming(pieces)};
    const GatewayAnswer answer = h.chat(StreamRequest);
    QVERIFY(answer.stream != nullptr);
    QCOMPARE(headerOf(answer, "x-gh-backend"), std::string("aoai-eastus"));
    const Drained drained = drain(*answer.stream);
    QCOMPARE(drained.text, whole);
    QVERIFY(drained.last == AnswerStream::Step::Last);
}

void TestGatewayStreams::endIsHeldBackUntilTheRowsAreIn()
{
    GatewayHarness h;
    h.east()->replies = {Reply::streaming({delta("a") + Finish + Done})};
    const GatewayAnswer answer = h.chat(StreamRequest);
    std::string chunk;
    QVERIFY(answer.stream->next(chunk) == AnswerStream::Step::More);
    QVERIFY(chunk.find("[DONE]") == std::string::npos);
    QCOMPARE(h.logs->rowCount(TableId::GatewayLogs), std::size_t{0});
    QVERIFY(answer.stream->next(chunk) == AnswerStream::Step::Last);
    QCOMPARE(chunk, Done);
    QCOMPARE(h.logs->rowCount(TableId::GatewayLogs), std::size_t{1});
}

void TestGatewayStreams::usageChunkIsMeasured()
{
    GatewayHarness h;
    h.east()->replies = {Reply::streaming({delta("Hello"), Finish, Usage, Done})};
    drain(*h.chat(StreamRequest).stream);
    QCOMPARE(h.column("ApiManagementGatewayLlmLog", "TotalTokens"), Texts{"8"});
    QCOMPARE(h.column("ApiManagementGatewayLlmLog", "IsStreamCompletion"), Texts{"true"});
    QVERIFY(h.column("ApiManagementGatewayLogs", "ResponseHeaders")[0].find("\"measured\"") !=
            std::string::npos);
}

void TestGatewayStreams::withoutUsageItIsEstimated()
{
    GatewayHarness h;
    h.east()->replies = {Reply::streaming({delta("Hello "), delta("world"), Finish, Done})};
    drain(*h.chat(StreamRequest).stream);
    // "Hi there" is 2 tokens, its message 4, the chat 3; "Hello world" is 3.
    QCOMPARE(h.column("ApiManagementGatewayLlmLog", "PromptTokens"), Texts{"9"});
    QCOMPARE(h.column("ApiManagementGatewayLlmLog", "CompletionTokens"), Texts{"3"});
    QVERIFY(h.column("ApiManagementGatewayLogs", "ResponseHeaders")[0].find("\"estimated\"") !=
            std::string::npos);
}

void TestGatewayStreams::cutStreamEndsAsCut()
{
    GatewayHarness h;
    h.east()->replies = {Reply::streaming({delta("Hel"), "!"})};
    const GatewayAnswer answer = h.chat(StreamRequest);
    const Drained drained = drain(*answer.stream);
    QVERIFY(drained.last == AnswerStream::Step::Cut);
    QCOMPARE(drained.text, delta("Hel"));
    QCOMPARE(h.west()->calls, 0); // never again after the first byte
    QCOMPARE(h.column("ApiManagementGatewayLogs", "LastErrorReason"), Texts{"BackendConnectionFailure"});
    QCOMPARE(h.column("AppDependencies", "ResultCode"), Texts{"0"});
}

void TestGatewayStreams::endWithoutFinishIsACut()
{
    GatewayHarness h;
    h.east()->replies = {Reply::streaming({delta("Hel")})};
    const GatewayAnswer answer = h.chat(StreamRequest);
    QVERIFY(drain(*answer.stream).last == AnswerStream::Step::Cut);
}

void TestGatewayStreams::cutsOpenTheCircuit()
{
    GatewayHarness h;
    h.east()->fallback = Reply::streaming({delta("Hel"), "!"});
    for (int i = 0; i < 5; ++i)
        drain(*h.chat(StreamRequest).stream);
    QCOMPARE(h.gateway->recorder().transitions("aoai-eastus").size(), std::size_t{1});
    h.west()->fallback = Reply::streaming({delta("ok"), Finish, Done});
    QCOMPARE(headerOf(h.chat(StreamRequest), "x-gh-backend"), std::string("aoai-westus"));
}

void TestGatewayStreams::nothingBeforeTheFirstByteIsRetried()
{
    GatewayHarness h;
    h.east()->replies = {Reply::streaming({"!"})};
    h.west()->replies = {Reply::streaming({delta("ok"), Finish, Done})};
    const GatewayAnswer answer = h.chat(StreamRequest);
    QCOMPARE(headerOf(answer, "x-gh-backend"), std::string("aoai-westus"));
    QVERIFY(drain(*answer.stream).last == AnswerStream::Step::Last);
    QCOMPARE(h.column("AppDependencies", "ResultCode"), (Texts{"0", "200"}));
}

void TestGatewayStreams::clientThatLeavesIsLogged()
{
    GatewayHarness h;
    h.east()->replies = {Reply::streaming({delta("Hel"), delta("lo"), Finish, Done})};
    {
        const GatewayAnswer answer = h.chat(StreamRequest);
        std::string chunk;
        QVERIFY(answer.stream->next(chunk) == AnswerStream::Step::More);
    }
    QCOMPARE(h.column("ApiManagementGatewayLogs", "LastErrorReason"), Texts{"ClientConnectionFailure"});
    QVERIFY(h.gateway->recorder().transitions("aoai-eastus").empty());
}

GATEHOUSE_TEST_MAIN(TestGatewayStreams)
#include "tst_gatewaystreams.moc"
