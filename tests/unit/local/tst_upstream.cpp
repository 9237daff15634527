// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/base/json.h"
#include "core/gateway/chatstream.h"
#include "core/local/gateway/faults.h"
#include "core/local/upstream/faultyendpoint.h"
#include "core/local/upstream/httpendpoint.h"
#include "core/local/upstream/httpresponse.h"
#include "core/local/upstream/simulatedendpoint.h"
#include "core/local/upstream/upstream.h"
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "tests/unit/local/cannedserver.h"
#endif
#include "tests/unit/local/gatewayharness.h"

#include <QtCore/QFile>

#include <cmath>
#include <cstring>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

namespace {

UpstreamRequest chatRequest(bool stream = false)
{
    UpstreamRequest request;
    request.deployment = "gpt-4o";
    request.query = "api-version=1";
    request.body = stream ? StreamRequest : ChatRequest;
    request.correlationId = "id";
    request.stream = stream;
    return request;
}

std::string readAll(UpstreamStream& stream, UpstreamStream::Read& end)
{
    std::string all;
    std::string chunk;
    for (end = stream.read(chunk); end == UpstreamStream::Read::Data; end = stream.read(chunk))
        all += chunk;
    return all;
}

HttpEndpoint endpointAt(const CannedServer& server)
{
    return HttpEndpoint({*HttpTarget::parse(server.url() + "/openai"), {}, {}, false});
}

} // namespace

class TestUpstream : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void faultDocument_data();
    void faultDocument();
    void faultsReplaceTheWholeDocument();
    void faultsEndByThemselves();
    void faultsChangeTheAnswer();
    void faultsCutStreams();
    void simulatedChatSaysSo();
    void simulatedStreamIsWhole();
    void simulatedEmbeddings();
    void nearTextsHaveNearVectors();
    void targets_data();
    void targets();
    void httpFramings_data();
    void httpFramings();
    void httpStreams();
    void httpReusesConnections();
    void httpSurvivesAClosedIdleConnection();
    void httpFailuresAreNoAnswer_data();
    void httpFailuresAreNoAnswer();
    void fileNamesRealEndpoints();
    void fileErrorsAreNamed_data();
    void fileErrorsAreNamed();

private:
    SimulatedEndpoint::Settings simulated() const
    {
        return {"eastus", "East US", {{"gpt-4o", {"gpt-4o", "2024-11-20", "East US"}}}, {}, 1};
    }
};

void TestUpstream::faultDocument_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<bool>("good");
    QTest::newRow("empty") << QByteArray("{}") << true;
    QTest::newRow("healthy") << QByteArray(R"({"aoai-eastus":{}})") << true;
    QTest::newRow("whole")
        << QByteArray(
               R"({"aoai-eastus":{"down":false,"status":503,"retryAfter":5,"latencyMs":200,"cutAfterBytes":0,"probability":1.0,"forSeconds":60}})")
        << true;
    QTest::newRow("array") << QByteArray("[]") << false;
    QTest::newRow("unknown backend") << QByteArray(R"({"aoai-mars":{}})") << false;
    QTest::newRow("unknown field") << QByteArray(R"({"aoai-eastus":{"slow":1}})") << false;
    QTest::newRow("text") << QByteArray(R"({"aoai-eastus":"down"})") << false;
    QTest::newRow("status 99") << QByteArray(R"({"aoai-eastus":{"status":99}})") << false;
    QTest::newRow("status 600") << QByteArray(R"({"aoai-eastus":{"status":600}})") << false;
    QTest::newRow("negative") << QByteArray(R"({"aoai-eastus":{"latencyMs":-1}})") << false;
    QTest::newRow("fraction") << QByteArray(R"({"aoai-eastus":{"latencyMs":1.5}})") << false;
    QTest::newRow("probability") << QByteArray(R"({"aoai-eastus":{"probability":1.1}})") << false;
    QTest::newRow("down a number") << QByteArray(R"({"aoai-eastus":{"down":1}})") << false;
}

void TestUpstream::faultDocument()
{
    QFETCH(QByteArray, document);
    QFETCH(bool, good);
    ManualClock clock;
    FaultBoard board(clock);
    board.set("aoai-eastus", {.status = 500});
    const std::vector<std::string> known = {"aoai-eastus", "aoai-westus"};
    const Status done = board.replace(*parseJson(document.toStdString()), known);
    QCOMPARE(done.has_value(), good);
    if (!good) {
        QVERIFY(!done.error().message.empty());
        QCOMPARE(integerAt(memberAt(board.document(), "aoai-eastus"), "status"), 500); // nothing changed
    }
}

void TestUpstream::faultsReplaceTheWholeDocument()
{
    ManualClock clock;
    FaultBoard board(clock);
    const std::vector<std::string> known = {"a", "b"};
    QVERIFY(board.replace(*parseJson(R"({"a":{"status":503}})"), known));
    QVERIFY(board.replace(*parseJson(R"({"b":{"down":true}})"), known));
    QVERIFY(!board.draw("a"));
    QVERIFY(board.draw("b")->down);
    QCOMPARE(dumpJson(board.document()), std::string(R"({"b":{"down":true}})"));
    QVERIFY(board.replace(*parseJson("{}"), known));
    QVERIFY(!board.draw("b"));
}

void TestUpstream::faultsEndByThemselves()
{
    ManualClock clock;
    FaultBoard board(clock);
    board.set("a", {.status = 503, .forSeconds = 10});
    clock.advance(std::chrono::seconds(9));
    QVERIFY(board.draw("a"));
    clock.jumpWall(std::chrono::hours(2)); // only the monotonic clock counts
    QVERIFY(board.draw("a"));
    clock.advance(std::chrono::seconds(1));
    QVERIFY(!board.draw("a"));
    QCOMPARE(dumpJson(board.document()), std::string("{}"));
}

void TestUpstream::faultsChangeTheAnswer()
{
    ManualClock clock;
    ManualSleeper sleeper(clock);
    FaultBoard board(clock);
    auto inner = std::make_shared<ScriptedEndpoint>(clock);
    FaultyEndpoint endpoint("a", inner, board, sleeper);
    QCOMPARE(endpoint.call(chatRequest()).status, 200);
    board.set("a", {.status = 429, .retryAfter = 5, .latencyMs = 200});
    const UpstreamAnswer throttled = endpoint.call(chatRequest());
    QCOMPARE(throttled.status, 429);
    QCOMPARE(throttled.retryAfter->count(), 5'000);
    QCOMPARE(sleeper.waited, std::vector<std::int64_t>{200});
    board.set("a", {.down = true});
    QCOMPARE(endpoint.call(chatRequest()).status, 0);
    QCOMPARE(inner->calls, 1);
    board.set("a", {.cutAfterBytes = 20});
    QCOMPARE(endpoint.call(chatRequest()).status, 0); // a whole body that broke off is no answer
    int failed = 0;
    board.set("a", {.status = 500, .probability = 0.25});
    for (int i = 0; i < 1'000; ++i)
        failed += endpoint.call(chatRequest()).status == 500 ? 1 : 0;
    QVERIFY2(failed > 180 && failed < 320, std::to_string(failed).c_str());
}

void TestUpstream::faultsCutStreams()
{
    ManualClock clock;
    ManualSleeper sleeper(clock);
    FaultBoard board(clock);
    auto inner = std::make_shared<ScriptedEndpoint>(clock);
    FaultyEndpoint endpoint("a", inner, board, sleeper);
    board.set("a", {.cutAfterBytes = 7});
    inner->replies = {Reply::streaming({"12345", "67890"})};
    const UpstreamAnswer answer = endpoint.call(chatRequest(true));
    UpstreamStream::Read end{};
    QCOMPARE(readAll(*answer.stream, end), std::string("1234567"));
    QVERIFY(end == UpstreamStream::Read::Cut);
}

void TestUpstream::simulatedChatSaysSo()
{
    ManualClock clock;
    ManualSleeper sleeper(clock);
    SimulatedEndpoint endpoint(simulated(), clock, sleeper);
    const UpstreamAnswer answer = endpoint.call(chatRequest());
    QCOMPARE(answer.status, 200);
    const auto json = parseJson(answer.body);
    QVERIFY(json);
    const Json& choice = memberAt(*json, "choices")[0];
    QVERIFY(textAt(memberAt(choice, "message"), "content").find("simulated") != std::string::npos);
    QCOMPARE(textAt(choice, "finish_reason"), std::string("stop"));
    const Json& usage = memberAt(*json, "usage");
    QVERIFY(integerAt(usage, "prompt_tokens") > 0);
    QCOMPARE(integerAt(usage, "total_tokens"),
             integerAt(usage, "prompt_tokens") + integerAt(usage, "completion_tokens"));
    QVERIFY(!sleeper.waited.empty() && sleeper.waited[0] > 50);
    SimulatedEndpoint again(simulated(), clock, sleeper);
    const auto other = parseJson(again.call(chatRequest()).body);
    QCOMPARE(memberAt(*other, "choices"), memberAt(*json, "choices")); // the same question, the same words
    UpstreamRequest unknown = chatRequest();
    unknown.deployment = "gpt-9";
    QCOMPARE(endpoint.call(unknown).status, 404);
}

void TestUpstream::simulatedStreamIsWhole()
{
    ManualClock clock;
    ManualSleeper sleeper(clock);
    SimulatedEndpoint endpoint(simulated(), clock, sleeper);
    for (const bool withUsage : {false, true}) {
        UpstreamRequest request = chatRequest(true);
        const std::string body = std::string(R"({"messages":[{"role":"user","content":"x"}],"stream":true)") +
                                 (withUsage ? R"(,"stream_options":{"include_usage":true}})" : "}");
        request.body = body;
        const UpstreamAnswer answer = endpoint.call(request);
        UpstreamStream::Read end{};
        const std::string bytes = readAll(*answer.stream, end);
        QVERIFY(end == UpstreamStream::Read::End);
        gateway::ChatStream reader;
        static_cast<void>(reader.feed(bytes));
        reader.finish();
        QVERIFY(reader.outcome() == gateway::ChatStream::Outcome::Complete);
        QVERIFY(reader.doneMarker());
        QVERIFY(reader.deltas() > 3);
        QCOMPARE(reader.usage().has_value(), withUsage);
    }
}

void TestUpstream::simulatedEmbeddings()
{
    const SimulatedModel model{"text-embedding-3-small", "1", "East US"};
    const auto asFloats = parseJson(embeddingsJson(*parseJson(R"({"input":["one text","two"]})"), model));
    const auto asBase64 = parseJson(
        embeddingsJson(*parseJson(R"({"input":["one text","two"],"encoding_format":"base64"})"), model));
    QVERIFY(asFloats && asBase64);
    QCOMPARE(memberAt(*asFloats, "data").size(), std::size_t{2});
    const Json& numbers = memberAt(*asFloats, "data")[0]["embedding"];
    QCOMPARE(numbers.size(), std::size_t{1'536});
    const auto bytes = fromBase64(textAt(memberAt(*asBase64, "data")[0], "embedding"));
    QVERIFY(bytes);
    QCOMPARE(bytes->size(), std::size_t{1'536 * 4});
    float length = 0;
    for (std::size_t i = 0; i < 1'536; ++i) {
        float value = 0;
        std::memcpy(&value, bytes->data() + i * 4, 4);
        QCOMPARE(numbers[i].get<float>(), value);
        length += value * value;
    }
    QVERIFY(std::abs(length - 1.0F) < 1e-4F);
}

void TestUpstream::nearTextsHaveNearVectors()
{
    const SimulatedModel model{"text-embedding-3-small", "1", "East US"};
    const auto json = parseJson(embeddingsJson(
        *parseJson(
            R"({"input":["How do I return a product?","return of a product","weather in Oslo tomorrow"]})"),
        model));
    QVERIFY(json);
    const auto similarity = [&](std::size_t a, std::size_t b) {
        const Json& data = memberAt(*json, "data");
        double sum = 0;
        for (std::size_t i = 0; i < 1'536; ++i)
            sum += data[a]["embedding"][i].get<double>() * data[b]["embedding"][i].get<double>();
        return sum;
    };
    QVERIFY(similarity(0, 1) > similarity(0, 2) + 0.3);
}

void TestUpstream::targets_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("host"); // empty: refused
    QTest::addColumn<int>("port");
    QTest::addColumn<QString>("path");
    QTest::newRow("https") << "https://a.example/openai/"
                           << "a.example" << 443 << "/openai";
    QTest::newRow("http") << "http://127.0.0.1:8080"
                          << "127.0.0.1" << 8080 << "";
    QTest::newRow("no scheme") << "a.example"
                               << "" << 0 << "";
    QTest::newRow("other scheme") << "ftp://a.example"
                                  << "" << 0 << "";
    QTest::newRow("user") << "http://me@a.example"
                          << "" << 0 << "";
    QTest::newRow("port 0") << "http://a:0"
                            << "" << 0 << "";
    QTest::newRow("port text") << "http://a:x"
                               << "" << 0 << "";
    QTest::newRow("query") << "http://a/x?y"
                           << "" << 0 << "";
    QTest::newRow("line break") << "http://a/x\r\nHost: b"
                                << "" << 0 << "";
}

void TestUpstream::targets()
{
    QFETCH(QString, url);
    QFETCH(QString, host);
    QFETCH(int, port);
    QFETCH(QString, path);
    const auto target = HttpTarget::parse(url.toStdString());
    QCOMPARE(target.has_value(), !host.isEmpty());
    if (target) {
        QCOMPARE(QString::fromStdString(target->host), host);
        QCOMPARE(target->port, port);
        QCOMPARE(QString::fromStdString(target->path), path);
    }
}

void TestUpstream::httpFramings_data()
{
    QTest::addColumn<QByteArray>("response");
    const QByteArray head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    QTest::newRow("length") << head + "Content-Length: 7\r\n\r\n{\"a\":1}";
    QTest::newRow("chunked")
        << head + "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4;x=y\r\n\":1}\r\n0\r\nTrailer: 1\r\n\r\n";
    QTest::newRow("to the end") << head + "Connection: close\r\n\r\n{\"a\":1}";
    QTest::newRow("after 100") << "HTTP/1.1 100 Continue\r\n\r\n" + head +
                                      "Content-Length: 7\r\n\r\n{\"a\":1}";
}

void TestUpstream::httpFramings()
{
    QFETCH(QByteArray, response);
    for (const int slice : {1, 5, 4'096}) {
        CannedServer server({response.toStdString()}, slice);
        HttpEndpoint endpoint = endpointAt(server);
        const UpstreamAnswer answer = endpoint.call(chatRequest());
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, std::string("{\"a\":1}"));
        QVERIFY(server.lastRequest().starts_with(
            "POST /openai/deployments/gpt-4o/chat/completions?api-version=1 HTTP/1.1\r\n"));
        QVERIFY(server.lastRequest().ends_with(ChatRequest));
    }
}

void TestUpstream::httpStreams()
{
    const std::string events = "data: {\"x\":1}\n\ndata: [DONE]\n\n";
    std::string whole =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const char c : events)
        whole += std::string("1\r\n") + c + "\r\n";
    UpstreamStream::Read end{};
    CannedServer good({whole + "0\r\n\r\n"});
    HttpEndpoint endpoint = endpointAt(good);
    const UpstreamAnswer answer = endpoint.call(chatRequest(true));
    QVERIFY(answer.stream != nullptr);
    QCOMPARE(readAll(*answer.stream, end), events);
    QVERIFY(end == UpstreamStream::Read::End);
    CannedServer cut({whole});
    HttpEndpoint broken = endpointAt(cut);
    const UpstreamAnswer half = broken.call(chatRequest(true));
    QCOMPARE(readAll(*half.stream, end), events);
    QVERIFY(end == UpstreamStream::Read::Cut);
}

void TestUpstream::httpReusesConnections()
{
    const std::string response = "HTTP/1.1 429 Too Many\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\n{}";
    CannedServer server({response + "|", response + "|", response});
    HttpEndpoint endpoint = endpointAt(server);
    for (int i = 0; i < 3; ++i) {
        const UpstreamAnswer answer = endpoint.call(chatRequest());
        QCOMPARE(answer.status, 429);
        QCOMPARE(answer.retryAfter->count(), 3'000);
    }
    QCOMPARE(server.connections(), 1);
}

void TestUpstream::httpSurvivesAClosedIdleConnection()
{
    const std::string response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    CannedServer server({response, response}); // closes after each, without having said so
    HttpEndpoint endpoint = endpointAt(server);
    QCOMPARE(endpoint.call(chatRequest()).status, 200);
    QCOMPARE(endpoint.call(chatRequest()).status, 200);
    QCOMPARE(server.connections(), 2);
}

void TestUpstream::httpFailuresAreNoAnswer_data()
{
    QTest::addColumn<QByteArray>("response");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no HTTP") << QByteArray("hello\r\n\r\n");
    QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\nContent-");
    QTest::newRow("half a body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    QTest::newRow("bad length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: -9\r\n\r\n");
    QTest::newRow("bad chunk") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    QTest::newRow("half a chunk") << QByteArray(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
}

void TestUpstream::httpFailuresAreNoAnswer()
{
    QFETCH(QByteArray, response);
    CannedServer server({response.toStdString()});
    HttpEndpoint endpoint = endpointAt(server);
    const UpstreamAnswer answer = endpoint.call(chatRequest());
    QCOMPARE(answer.status, 0);
    QVERIFY(!answer.failure.empty());
    QVERIFY(answer.failure.find("127") == std::string::npos); // no address in a text that is logged
}

void TestUpstream::fileNamesRealEndpoints()
{
    GatewayHarness h;
    FaultBoard board(h.clock);
    CannedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"});
    const std::string path = h.directory.path().toStdString() + "/upstream.json";
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(R"({"aoai-eastus":{"url":")" + server.url() +
                                         R"(/v1","style":"openai","model":"llama3"}})"));
    file.close();
    auto directory = makeEndpointsFromFile(
        path, makeSimulatedEndpoints(*h.resources, board, h.clock, h.sleeper, 1), board, h.sleeper);
    QVERIFY(directory);
    gateway::Backend backend;
    backend.name = "aoai-eastus";
    QCOMPARE((*directory)->endpointFor(backend)->call(chatRequest()).status, 200);
    QVERIFY(server.lastRequest().starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
    QVERIFY(server.lastRequest().find(R"("model":"llama3")") != std::string::npos);
    backend.name = "aoai-westus";
    backend.url = "https://aoai-westus.openai.azure.com/openai";
    QVERIFY((*directory)->endpointFor(backend)->call(chatRequest()).body.find("simulated") !=
            std::string::npos);
    backend.url = "https://elsewhere.example/openai";
    QCOMPARE((*directory)->endpointFor(backend)->call(chatRequest()).status, 0);
}

void TestUpstream::fileErrorsAreNamed_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("no JSON") << QByteArray("hello");
    QTest::newRow("array") << QByteArray("[]");
    QTest::newRow("no url") << QByteArray(R"({"a":{}})");
    QTest::newRow("style") << QByteArray(R"({"a":{"url":"http://x","style":"soap"}})");
    QTest::newRow("no key") << QByteArray(
        R"({"a":{"url":"http://x","apiKeyEnvironment":"GATEHOUSE_TEST_UNSET"}})");
}

void TestUpstream::fileErrorsAreNamed()
{
    QFETCH(QByteArray, content);
    GatewayHarness h;
    FaultBoard board(h.clock);
    const std::string path = h.directory.path().toStdString() + "/upstream.json";
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    const auto directory = makeEndpointsFromFile(
        path, makeSimulatedEndpoints(*h.resources, board, h.clock, h.sleeper, 1), board, h.sleeper);
    QVERIFY(!directory);
    QVERIFY(directory.error().kind == Error::Kind::InvalidInput);
    QVERIFY(!directory.error().advice.empty());
}

GATEHOUSE_TEST_MAIN(TestUpstream)
#include "tst_upstream.moc"
