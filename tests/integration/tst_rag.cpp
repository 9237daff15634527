// SPDX-License-Identifier: GPL-3.0-or-later
// The RAG backend of a stack that runs as a process of its own: what an answer says of itself is what the
// gateway's log says, and what was indexed survives.
#include "core/base/sse.h"
#include "tests/support/stackprocess.h"
#include "tests/support/testmain.h"

#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::test;

namespace {

constexpr const char* Lease = "Lease\n\nThe tenant gives notice three months before leaving the flat.\n\nThe "
                              "rent is 900 euros a month.";

/// Calls of one user.
class RagClient
{
public:
    explicit RagClient(const StackProcess& stack)
        : m_client(stack.origin)
        , m_headers{{"Authorization", "Bearer " + stack.token("rag")}}
    {
        m_client.set_read_timeout(60, 0);
    }

    [[nodiscard]] Json upload(const std::string& name, const std::string& content, int& status)
    {
        const httplib::MultipartFormDataItems parts = {{"file", content, name, "text/plain"}};
        const auto answer = m_client.Post("/rag/upload", m_headers, parts);
        status = answer ? answer->status : 0;
        return answer ? parseJson(answer->body).value_or(Json()) : Json();
    }
    [[nodiscard]] std::vector<SseEvent> ask(const std::string& question)
    {
        const auto answer =
            m_client.Post("/rag/chat", m_headers, dumpJson({{"question", question}}), "application/json");
        std::vector<SseEvent> events;
        if (answer && answer->status == 200)
            SseParser().feed(answer->body, events);
        return events;
    }
    [[nodiscard]] httplib::Result get(const std::string& path, const httplib::Headers& more = {})
    {
        httplib::Headers headers = m_headers;
        headers.insert(more.begin(), more.end());
        return m_client.Get(path, headers);
    }
    [[nodiscard]] httplib::Result forget(const std::string& id)
    {
        return m_client.Delete("/rag/documents/" + id, m_headers);
    }
    [[nodiscard]] httplib::Result post(const std::string& body)
    {
        return m_client.Post("/rag/chat", m_headers, body, "application/json");
    }

private:
    httplib::Client m_client;
    httplib::Headers m_headers;
};

Json dataOf(const std::vector<SseEvent>& events, std::string_view type)
{
    for (const SseEvent& event : events)
        if (event.type == type)
            return parseJson(event.data).value_or(Json());
    return Json();
}

const std::string Binary = std::string(TEST_BIN_DIR) + "/gatehouse-local";

} // namespace

class TestRag : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anAnswersFactsAreTheLogs();
    void anIndexSurvivesAKill();
    void strangersAreTurnedAway();
};

void TestRag::anAnswersFactsAreTheLogs()
{
    QTemporaryDir folder;
    StackProcess stack(Binary, folder.path().toStdString());
    QVERIFY(stack.ready());
    RagClient client(stack);
    int status = 0;
    const Json document = client.upload("lease.txt", Lease, status);
    QCOMPARE(status, 201);
    QCOMPARE(integerAt(document, "chunks"), 1);
    QCOMPARE(boolAt(client.upload("again.txt", Lease, status), "duplicate"), true);
    QCOMPARE(status, 200);

    const auto events = client.ask("How long before moving out must a tenant give notice?");
    QVERIFY(!events.empty());
    QCOMPARE(events.back().data, std::string("[DONE]"));
    const Json done = dataOf(events, "done");
    QCOMPARE(memberAt(done, "grounded"), Json(true));
    const std::string id = textAt(done, "requestId");
    const Json rows =
        queryRows(stack.origin, textAt(stack.info, "workspaceId"), stack.token("logs"),
                  "ApiManagementGatewayLogs | where CorrelationId == '" + id +
                      "' | project tostring(ResponseHeaders['x-gh-backend']), "
                      "toint(ResponseHeaders['x-gh-attempts']), tostring(ResponseHeaders['x-gh-route']), "
                      "tostring(RequestHeaders['x-gh-application']), tostring(RequestHeaders['x-gh-task'])");
    QCOMPARE(rows.size(), 1U);
    QCOMPARE(rows[0][0], memberAt(done, "backend"));
    QCOMPARE(rows[0][1], memberAt(done, "attempts"));
    QCOMPARE(rows[0][2], memberAt(done, "route"));
    QCOMPARE(rows[0][3], Json("rag-chatbot"));
    QCOMPARE(rows[0][4], Json("grounded-answer"));
    const Json tokens = queryRows(stack.origin, textAt(stack.info, "workspaceId"), stack.token("logs"),
                                  "ApiManagementGatewayLlmLog | where CorrelationId == '" + id +
                                      "' | project PromptTokens, CompletionTokens");
    QCOMPARE(tokens.size(), 1U);
    QCOMPARE(tokens[0][0], memberAt(memberAt(done, "usage"), "prompt"));
    QCOMPARE(tokens[0][1], memberAt(memberAt(done, "usage"), "completion"));
}

void TestRag::anIndexSurvivesAKill()
{
    QTemporaryDir folder;
    int status = 0;
    std::string id;
    {
        StackProcess stack(Binary, folder.path().toStdString());
        RagClient client(stack);
        id = textAt(client.upload("lease.txt", Lease, status), "id");
        QCOMPARE(status, 201);
        stack.process().end(SIGKILL);
    }
    StackProcess stack(Binary, folder.path().toStdString());
    RagClient client(stack);
    const auto shown = client.get("/rag/documents/" + id);
    QVERIFY(shown);
    QCOMPARE(memberAt(parseJson(shown->body).value_or(Json()), "passages").size(), 1U);
    QCOMPARE(memberAt(dataOf(client.ask("What notice does the tenant give?"), "done"), "grounded"),
             Json(true));
    const auto receipt = client.forget(id);
    QVERIFY(receipt);
    QCOMPARE(receipt->status, 200);
    QCOMPARE(integerAt(parseJson(receipt->body).value_or(Json()), "chunksRemoved"), 1);
    QCOMPARE(client.forget(id)->status, 404);
    QCOMPARE(client.post(R"({"question":"What notice?"})")->status, 404);
}

void TestRag::strangersAreTurnedAway()
{
    QTemporaryDir folder;
    StackProcess stack(Binary, folder.path().toStdString());
    httplib::Client open(stack.origin);
    const auto health = open.Get("/rag/health");
    QCOMPARE(health->status, 200);
    QCOMPARE(boolAt(parseJson(health->body).value_or(Json()), "simulated"), true);
    QCOMPARE(open.Get("/rag/documents")->status, 401);
    RagClient client(stack);
    const auto foreign = client.get("/rag/documents", {{"Origin", "http://evil.example"}});
    QCOMPARE(foreign->status, 403);
    QVERIFY(!foreign->has_header("Access-Control-Allow-Origin"));
    QCOMPARE(client.get("/rag/documents", {{"Origin", stack.origin}})->status, 200);
    QCOMPARE(
        textAt(memberAt(parseJson(client.post(std::string(60'000, 'x'))->body).value_or(Json()), "error"),
               "code"),
        std::string("InputTooLarge"));
    int limited = 0;
    for (int i = 0; i < 110 && limited == 0; ++i) {
        const auto answer = client.get("/rag/documents");
        if (answer->status == 429) {
            limited = i;
            QVERIFY(!answer->get_header_value("Retry-After").empty());
        }
    }
    QVERIFY(limited > 90);
}

GATEHOUSE_TEST_MAIN(TestRag)
#include "tst_rag.moc"
