// SPDX-License-Identifier: GPL-3.0-or-later
// The "transport" layer: a question over a real socket to a server that behaves as the case says. Waits are
// real, but for streams that drip: those run fifty times as fast.
#include "core/http/networkclient.h"
#include "core/rag/ragclient.h"
#include "tests/cases/cases.h"
#include "tests/support/faketokens.h"
#include "tests/support/loopbackserver.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QTimer>

#include <zlib.h>

#include <fstream>
#include <unistd.h>

namespace gatehouse::cases {

namespace {

using namespace std::chrono_literals;
using test::LoopbackServer;

constexpr int Faster = 50;
constexpr const char* Events = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n"
                               "data: [DONE]\n\n";

std::int64_t residentBytes()
{
    std::ifstream statm("/proc/self/statm");
    std::int64_t size = 0;
    std::int64_t resident = 0;
    statm >> size >> resident;
    return resident * ::sysconf(_SC_PAGESIZE);
}

std::string gzipped(const std::string& piece, std::int64_t count)
{
    z_stream stream = {};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
    std::string block;
    while (block.size() < 65536)
        block += piece;
    std::string out;
    std::string buffer(65536, '\0');
    std::int64_t left = count * static_cast<std::int64_t>(piece.size());
    do {
        const auto now = std::min<std::int64_t>(left, static_cast<std::int64_t>(block.size()));
        left -= now;
        stream.next_in = reinterpret_cast<Bytef*>(block.data());
        stream.avail_in = static_cast<uInt>(now);
        do {
            stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
            stream.avail_out = static_cast<uInt>(buffer.size());
            deflate(&stream, left == 0 ? Z_FINISH : Z_NO_FLUSH);
            out.append(buffer, 0, buffer.size() - stream.avail_out);
        } while (stream.avail_out == 0);
    } while (left > 0);
    deflateEnd(&stream);
    return out;
}

/// The server of a case; answers its script's steps in turn, the last one again and again.
class CaseServer
{
public:
    CaseServer(const Json& spec, const std::string& otherOrigin)
        : m_server([this](const std::string& request, QTcpSocket& socket) { answer(request, socket); })
    {
        if (const Json& script = memberAt(spec, "script"); script.is_array()) {
            for (const Json& step : script)
                m_steps.push_back(step);
        } else if (spec.contains("status") || !spec.contains("headers")) {
            m_steps.push_back(spec);
        } else { // headers of a refusal, and then an answer
            m_steps.push_back({{"status", 429}, {"headers", spec.at("headers")}});
            m_steps.push_back(Json::object());
        }
        for (Json& step : m_steps)
            prepare(step, otherOrigin);
        m_clock.start();
    }

    [[nodiscard]] std::string origin() const { return m_server.origin(); }
    [[nodiscard]] const std::vector<std::string>& requests() const { return m_server.requests; }
    [[nodiscard]] const std::vector<qint64>& times() const { return m_times; }

private:
    void prepare(Json& step, const std::string& otherOrigin)
    {
        if (textAt(step, "encoding") == "gzip" && step.contains("count"))
            m_bomb = gzipped(fromHex(textAt(step, "body_repeat_hex", "00")), integerAt(step, "count"));
        if (!memberAt(step, "headers").contains("Location"))
            return;
        std::string& location = step["headers"]["Location"].get_ref<std::string&>();
        const std::string mark = "<other port>";
        if (const std::size_t at = location.find(mark); at != std::string::npos)
            location.replace(at, mark.size(), otherOrigin.substr(otherOrigin.rfind(':') + 1));
        else if (location.find("...") != std::string::npos)
            location = otherOrigin + "/land";
    }

    void answer(const std::string& request, QTcpSocket& socket)
    {
        m_times.push_back(m_clock.elapsed());
        const Json& step = m_steps[std::min(m_times.size(), m_steps.size()) - 1];
        const auto status = integerAt(step, "status", 200);
        std::string head = "HTTP/1.1 " + std::to_string(status) + " Answer\r\nConnection: close\r\n";
        for (const auto& [name, value] : memberAt(step, "headers").items())
            head += name + ": " + value.get<std::string>() + "\r\n";
        if (status == 200 && !memberAt(step, "headers").contains("Content-Type"))
            head += "Content-Type: text/event-stream\r\n";
        if (step.contains("header_count"))
            flood(socket, head, integerAt(step, "header_count"));
        else if (step.contains("drip"))
            drip(socket, head + "\r\n", textAt(step, "drip"), integerAt(step, "every_ms", 1000));
        else
            give(socket, head, step, request);
    }

    void give(QTcpSocket& socket, const std::string& head, const Json& step, const std::string& request) const
    {
        const bool plain = request.find("Accept-Encoding: identity") != std::string::npos;
        std::string body = textAt(step, "body", integerAt(step, "status", 200) == 200 ? Events : "");
        std::string more;
        if (!m_bomb.empty() || (textAt(step, "encoding") == "gzip" && !plain)) {
            body = m_bomb.empty() ? gzipped(body, 1) : m_bomb;
            more = "Content-Encoding: gzip\r\n";
        }
        LoopbackServer::send(socket, head + more + "\r\n" + body);
        socket.disconnectFromHost();
    }

    static void drip(QTcpSocket& socket, const std::string& head, const std::string& byte, std::int64_t every)
    {
        LoopbackServer::send(socket, head);
        auto* const timer = new QTimer(&socket);
        QObject::connect(timer, &QTimer::timeout, &socket,
                         [&socket, byte] { LoopbackServer::send(socket, byte); });
        timer->start(static_cast<int>(std::max<std::int64_t>(1, every / Faster)));
    }

    /// Never more than a little of it is in our own buffers, which are in the same memory that is measured.
    static void flood(QTcpSocket& socket, const std::string& head, std::int64_t count)
    {
        LoopbackServer::send(socket, head);
        auto left = std::make_shared<std::int64_t>(count);
        const auto more = [&socket, left] {
            while (*left > 0 && socket.bytesToWrite() < 65536) {
                const std::string name = "X-Flood-" + std::to_string((*left)--) + ": ";
                socket.write(QByteArray::fromStdString(name + std::string(498 - name.size(), 'f') + "\r\n"));
            }
            if (*left == 0) {
                *left = -1;
                LoopbackServer::send(socket, std::string("\r\n") + Events);
                socket.disconnectFromHost();
            }
        };
        QObject::connect(&socket, &QTcpSocket::bytesWritten, &socket, more);
        more();
    }

    LoopbackServer m_server;
    std::vector<Json> m_steps;
    std::string m_bomb;
    std::vector<qint64> m_times;
    QElapsedTimer m_clock;
};

struct Seen
{
    std::string text;
    std::optional<Error> error;
    bool ended = false;
    qint64 elapsedMs = 0;
    std::int64_t growth = 0;
    std::vector<qint64> times;
    int claims = 0;
    bool authorizationAtTarget = false;
};

struct Client
{
    explicit Client(const std::string& origin, const rag::Limits& limits = {})
        : client({calls, streams, tokens, clock, scheduler}, {origin, "api://case/.default", {}}, limits)
    {}
    SystemClock clock;
    http::TimerScheduler scheduler;
    http::NetworkClient calls;
    http::StreamClient streams;
    test::FakeTokens tokens;
    rag::RagClient client;
};

rag::Question question(const std::string& text)
{
    rag::Question asked;
    asked.text = text;
    return asked;
}

Seen converse(const Json& spec)
{
    LoopbackServer other([](const std::string&, QTcpSocket& socket) {
        LoopbackServer::reply(socket, "200 OK", "Content-Type: text/event-stream\r\n", Events);
    });
    CaseServer server(spec, other.origin());
    rag::Limits limits;
    if (spec.contains("drip"))
        limits.answer = 3s;
    if (spec.contains("header_count"))
        limits.silence = 10s;
    Client client(server.origin(), limits);
    Seen seen;
    QEventLoop loop;
    QElapsedTimer timer;
    timer.start();
    const std::int64_t before = residentBytes();
    QTimer sampler;
    QObject::connect(&sampler, &QTimer::timeout, &loop,
                     [&] { seen.growth = std::max(seen.growth, residentBytes() - before); });
    sampler.start(20);
    const auto chat = client.client.ask(question("How long is the notice period?"));
    QObject::connect(chat.get(), &rag::Chat::text, &loop,
                     [&](const std::string& piece) { seen.text += piece; });
    QObject::connect(chat.get(), &rag::Chat::finished, &loop,
                     [&](const rag::AnswerFacts&, const std::optional<Error>& error) {
                         seen.error = error;
                         seen.ended = true;
                         loop.quit();
                     });
    QTimer::singleShot(90s, &loop, [&loop] { loop.quit(); });
    loop.exec();
    seen.elapsedMs = timer.elapsed();
    seen.growth = std::max(seen.growth, residentBytes() - before);
    seen.times = server.times();
    for (const auth::TokenRequest& request : client.tokens.requests)
        seen.claims += request.claims.empty() ? 0 : 1;
    for (const std::string& request : other.requests)
        seen.authorizationAtTarget =
            seen.authorizationAtTarget || request.find("Authorization:") != std::string::npos;
    return seen;
}

/// Which of the words of the case's outcomes it was.
std::string outcomeOf(const Seen& seen)
{
    if (!seen.ended)
        return "no end";
    if (!seen.error)
        return "complete";
    return seen.error->kind == Error::Kind::Timeout && seen.error->message.find("longer") != std::string::npos
               ? "timeout_total"
               : "error";
}

std::string checkSeen(const Seen& seen, const Json& spec, const Json& expect)
{
    const auto made = static_cast<std::int64_t>(seen.times.size());
    const std::string outcome = outcomeOf(seen);
    const std::string wanted = textAt(expect, "outcome", outcome);
    if (outcome != wanted && !(wanted == "error" && outcome == "timeout_total"))
        return "the outcome is " + outcome + (seen.error ? ": " + seen.error->message : "");
    if (made != integerAt(expect, "requests_made", made) ||
        made > integerAt(expect, "requests_made_max", made))
        return std::to_string(made) + " requests";
    if (boolAt(expect, "accepted") && seen.text.empty())
        return "nothing was accepted" + (seen.error ? ": " + seen.error->message : std::string());
    if (expect.contains("decoded_as")) {
        const std::string body = textAt(spec, "body");
        if (body.find("data: " + seen.text + "\n") == std::string::npos)
            return "the text is " + dumpJson(seen.text);
    }
    if (seen.claims != integerAt(expect, "token_requests_with_claims", seen.claims))
        return std::to_string(seen.claims) + " token requests with claims";
    if (expect.contains("gap_ms_min") || expect.contains("gap_ms_max")) {
        if (made < 2)
            return "there was no second request";
        const qint64 gap = seen.times[1] - seen.times[0];
        // What the clocks of both sides round.
        if (gap + 2 < integerAt(expect, "gap_ms_min") || gap > integerAt(expect, "gap_ms_max", gap))
            return "the gap was " + std::to_string(gap) + " ms";
    }
    if (seen.elapsedMs > integerAt(expect, "within_ms", seen.elapsedMs))
        return "it took " + std::to_string(seen.elapsedMs) + " ms";
    const std::int64_t most =
        boolAt(expect, "memory_flat") ? 4 << 20 : integerAt(expect, "max_rss_growth_bytes", seen.growth);
    if (seen.growth > most)
        return "the memory grew by " + std::to_string(seen.growth >> 10) + " KiB";
    if (expect.contains("authorization_seen_at_target") &&
        boolAt(expect, "authorization_seen_at_target") != seen.authorizationAtTarget)
        return "the token was sent to another origin";
    return {};
}

/// So many answers at once, piece by piece in turn; each holds nothing but its own question's word.
std::string checkParallel(std::int64_t count, const Json& expect)
{
    static constexpr int Pieces = 40;
    LoopbackServer server([](const std::string& request, QTcpSocket& socket) {
        const std::string word = request.substr(request.find("\"question\":\"") + 12, 4);
        LoopbackServer::send(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
        auto* const timer = new QTimer(&socket);
        auto left = std::make_shared<int>(Pieces);
        QObject::connect(timer, &QTimer::timeout, &socket, [&socket, word, left, timer] {
            LoopbackServer::send(socket, (*left)-- > 0 ? "data: {\"token\":\"" + word + "\"}\n\n"
                                                       : "data: [DONE]\n\n");
            if (*left < 0)
                timer->stop();
        });
        timer->start(2);
    });
    Client client(server.origin());
    QEventLoop loop;
    std::vector<std::unique_ptr<rag::Chat>> chats;
    std::vector<std::string> texts(static_cast<std::size_t>(count));
    std::size_t open = texts.size();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        chats.push_back(client.client.ask(question(std::to_string(1000 + i))));
        QObject::connect(chats.back().get(), &rag::Chat::text, &loop,
                         [&texts, i](const std::string& piece) { texts[i] += piece; });
        QObject::connect(chats.back().get(), &rag::Chat::finished, &loop, [&] {
            if (--open == 0)
                loop.quit();
        });
    }
    QTimer::singleShot(30s, &loop, [&loop] { loop.quit(); });
    loop.exec();
    std::int64_t crossTalk = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::string own;
        for (int k = 0; k < Pieces; ++k)
            own += std::to_string(1000 + i);
        crossTalk += texts[i] == own ? 0 : 1;
    }
    return crossTalk == integerAt(expect, "cross_talk")
               ? ""
               : std::to_string(crossTalk) + " answers are not their own";
}

} // namespace

std::string checkTransportCase(const Json& testCase)
{
    static int argc = 1;
    static char name[] = "gatehouse-cases";
    static char* argv[] = {name, nullptr};
    static QCoreApplication application(argc, argv);
    const Json& spec = testCase.at("server");
    const Json& expect = testCase.at("expect");
    if (spec.contains("parallel"))
        return checkParallel(integerAt(spec, "parallel"), expect);
    if (!spec.contains("each"))
        return checkSeen(converse(spec), spec, expect);
    for (const Json& value : spec.at("each")) {
        const Json one = {{"headers", {{"Retry-After", value}}}};
        if (std::string why = checkSeen(converse(one), one, expect); !why.empty())
            return dumpJson(value) + ": " + why;
    }
    return {};
}

} // namespace gatehouse::cases
