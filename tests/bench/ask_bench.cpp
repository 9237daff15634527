// SPDX-License-Identifier: GPL-3.0-or-later
// ask_bench [--seconds N] [--streams N] [--rate N]: many answers at once, each of so many events a second,
// from a server on threads of its own. Fails when a piece is lost or out of order; says how long the main
// thread was away at worst.
#include "core/http/networkclient.h"
#include "core/jobs/ragask.h"
#include "tests/support/faketokens.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <thread>

using namespace gatehouse;

namespace {

struct Settings
{
    int seconds = 60;
    int streams = 50;
    int rate = 200; ///< events a second and stream
    [[nodiscard]] int pieces() const { return seconds * rate; }
};

/// Sends "0 ", "1 ", … on every connection at the rate that was asked for.
class Server
{
public:
    explicit Server(const Settings& settings)
        : m_settings(settings)
        , m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof(address);
        if (::bind(m_listener, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
            ::listen(m_listener, 128) != 0 ||
            ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &length) != 0)
            std::abort();
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { run(); });
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server()
    {
        ::shutdown(m_listener, SHUT_RDWR);
        m_thread.join();
        ::close(m_listener);
    }
    [[nodiscard]] std::string origin() const { return "http://127.0.0.1:" + std::to_string(m_port); }

private:
    void run()
    {
        std::vector<int> lines;
        while (static_cast<int>(lines.size()) < m_settings.streams) {
            const int line = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (line < 0)
                return;
            lines.push_back(line);
        }
        for (const int line : lines) {
            std::array<char, 4096> request{};
            if (::recv(line, request.data(), request.size(), 0) <= 0)
                continue;
            write(line, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
        }
        auto next = std::chrono::steady_clock::now();
        for (int i = 0; i < m_settings.pieces(); ++i) {
            const std::string event = "data: {\"token\":\"" + std::to_string(i) + " \"}\n\n";
            for (const int line : lines)
                write(line, event);
            next += std::chrono::microseconds(1'000'000 / m_settings.rate);
            std::this_thread::sleep_until(next);
        }
        for (const int line : lines) {
            write(line, "data: [DONE]\n\n");
            ::shutdown(line, SHUT_WR);
        }
        for (const int line : lines) {
            std::array<char, 4096> rest{};
            while (::recv(line, rest.data(), rest.size(), 0) > 0) {
            }
            ::close(line);
        }
    }

    static void write(int line, std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto count = ::send(line, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0)
                return;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    Settings m_settings;
    int m_listener;
    int m_port = 0;
    std::thread m_thread;
};

/// One answer: which of its pieces are missing and which came out of turn.
struct Tally
{
    std::unique_ptr<jobs::Answer> answer;
    std::string rest; // the number that is not whole yet
    int expected = 0;
    int lost = 0;
    int reordered = 0;
    int deltas = 0;
    bool failed = false;

    void take(const std::string& text)
    {
        ++deltas;
        rest += text;
        for (std::size_t end = 0; (end = rest.find(' ')) != std::string::npos;) {
            const int number = std::atoi(rest.substr(0, end).c_str());
            rest.erase(0, end + 1);
            if (number < expected)
                ++reordered;
            else
                lost += number - expected;
            expected = std::max(expected, number + 1);
        }
    }
};

Settings settingsFrom(int argc, char** argv)
{
    Settings settings;
    for (int i = 1; i + 1 < argc; ++i) {
        const std::string_view flag = argv[i];
        int* const value = flag == "--seconds"   ? &settings.seconds
                           : flag == "--streams" ? &settings.streams
                           : flag == "--rate"    ? &settings.rate
                                                 : nullptr;
        if (value != nullptr)
            *value = std::max(1, std::atoi(argv[i + 1]));
    }
    return settings;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const Settings settings = settingsFrom(argc, argv);
    const Server server(settings);
    const SystemClock clock;
    http::TimerScheduler scheduler;
    http::NetworkClient calls;
    http::StreamClient streams;
    test::FakeTokens tokens;
    rag::RagClient client({calls, streams, tokens, clock, scheduler}, {server.origin(), "", {}});
    jobs::RagAsk ask(client, scheduler);

    std::vector<Tally> tallies(static_cast<std::size_t>(settings.streams));
    int open = settings.streams;
    for (Tally& tally : tallies) {
        tally.answer = ask.ask({"How long?", {}, {}, {}, {}, {}});
        QObject::connect(tally.answer.get(), &jobs::Answer::delta, &application,
                         [&tally](const QString& text) { tally.take(text.toStdString()); });
        QObject::connect(tally.answer.get(), &jobs::Answer::finished, &application,
                         [&tally, &open](const rag::AnswerFacts&, const std::optional<Error>& error) {
                             tally.failed = error.has_value();
                             if (error)
                                 std::fprintf(stderr, "%s\n", error->message.c_str());
                             if (--open == 0)
                                 QCoreApplication::quit();
                         });
    }
    // The main thread has to come by every other millisecond.
    QTimer heartbeat;
    heartbeat.setTimerType(Qt::PreciseTimer);
    QElapsedTimer sinceBeat;
    qint64 worst = 0;
    QObject::connect(&heartbeat, &QTimer::timeout, &application, [&] {
        if (sinceBeat.isValid())
            worst = std::max(worst, sinceBeat.nsecsElapsed());
        sinceBeat.start();
    });
    heartbeat.start(2);
    QTimer::singleShot(std::chrono::seconds(settings.seconds + 60), &application,
                       [] { QCoreApplication::exit(2); });
    const int ended = QCoreApplication::exec();

    int lost = 0;
    int reordered = 0;
    int failed = 0;
    int mostDeltas = 0;
    for (const Tally& tally : tallies) {
        lost += tally.lost + (settings.pieces() - tally.expected);
        reordered += tally.reordered;
        failed += tally.failed ? 1 : 0;
        mostDeltas = std::max(mostDeltas, tally.deltas);
    }
    std::printf("%d streams of %d events a second for %d s\n", settings.streams, settings.rate,
                settings.seconds);
    std::printf("lost %d\nreordered %d\nfailed %d\ndeltas_a_second %.1f\n", lost, reordered, failed,
                static_cast<double>(mostDeltas) / settings.seconds);
    std::printf("ratio ask_streams_gap_vs_100ms %.3f\n", static_cast<double>(worst) / 100e6);
    return ended == 0 && lost == 0 && reordered == 0 && failed == 0 ? 0 : 1;
}
