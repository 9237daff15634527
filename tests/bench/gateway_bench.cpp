// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the gateway holds up: requests/s against nginx as a plain reverse proxy to the same upstream process,
// its added p99, and whether it still answers beside streams and half-sent sockets. The gateway verifies the
// JWT of each call and commits its log rows. wrk and nginx are peers: one that is missing is named and
// skipped.

#include "core/base/files.h"
#include "tests/bench/gateway_bench_support.h"
#include "tests/support/stackprocess.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <sys/resource.h>

namespace {

using namespace gatehouse;
using gatehouse::test::ChildProcess;
using gatehouse::test::StackProcess;

constexpr int Connections = 32;
constexpr const char* Body =
    R"({"messages":[{"role":"system","content":"You are terse."},{"role":"user","content":"Say hello to the benchmark."}],"temperature":0.2,"max_tokens":64})";
constexpr const char* Answer =
    R"({"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,"model":"gpt-4o-2024-11-20","choices":[{"index":0,"message":{"role":"assistant","content":"Hello, benchmark."},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":25,"completion_tokens":4,"total_tokens":29}})";
constexpr const char* Path = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";

/// What was measured, for the ratio lines at the end.
struct Figures
{
    std::optional<double> nginxRate;
    std::optional<double> nginxP99;
    std::optional<double> gatewayRate;
    std::optional<double> gatewayP99;
    std::optional<double> worstBesideStuck;
};

std::string programDirectory()
{
    return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

bool isInstalled(const std::string& program)
{
    for (const char* directory : {"/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/"})
        if (::access((directory + program).c_str(), X_OK) == 0)
            return true;
    return false;
}

/// nginx in the foreground, in a directory of its own.
class Nginx
{
public:
    Nginx(const std::string& directory, const std::string& name, const std::string& http)
    {
        const std::string root = directory + "/" + name;
        std::filesystem::create_directories(root);
        const std::string config = root + "/nginx.conf";
        const std::string text =
            "daemon off; worker_processes 1; pid " + root + "/pid; error_log " + root +
            "/error.log crit;\nevents { worker_connections 1024; }\nhttp { access_log off; "
            "keepalive_requests 100000000; client_body_temp_path " +
            root + "/body; proxy_temp_path " + root + "/proxy; fastcgi_temp_path " + root +
            "/fastcgi; uwsgi_temp_path " + root + "/uwsgi; scgi_temp_path " + root + "/scgi;\n" + http +
            "\n}\n";
        if (atomicWrite(config, text))
            m_process = std::make_unique<ChildProcess>(
                std::vector<std::string>{"nginx", "-p", root, "-e", root + "/start.log", "-c", config});
    }
    Nginx(const Nginx&) = delete;
    Nginx& operator=(const Nginx&) = delete;
    ~Nginx()
    {
        if (m_process != nullptr)
            m_process->end(SIGTERM);
    }

private:
    std::unique_ptr<ChildProcess> m_process;
};

struct WrkResult
{
    double rate = 0;
    double p99Ms = 0;
    std::string errors;
};

double milliseconds(const std::string& text)
{
    const double value = std::atof(text.c_str());
    if (text.find("us") != std::string::npos)
        return value / 1000;
    return text.find("ms") != std::string::npos ? value : value * 1000;
}

std::optional<WrkResult> runWrk(const std::string& directory, int port, const std::string& token, int seconds)
{
    const std::string script = directory + "/chat.lua";
    const std::string text = std::string("wrk.method = \"POST\"\nwrk.body = [==[") + Body +
                             "]==]\nwrk.headers[\"Content-Type\"] = \"application/json\"\n" +
                             "wrk.headers[\"Authorization\"] = \"Bearer " + token + "\"\n";
    if (!atomicWrite(script, text))
        return std::nullopt;
    ChildProcess wrk({"wrk", "-t1", "-c" + std::to_string(Connections), "-d" + std::to_string(seconds) + "s",
                      "--latency", "-s", script, "http://127.0.0.1:" + std::to_string(port) + Path});
    const std::string output = wrk.readAll();
    WrkResult result;
    const auto after = [&output](const char* label) {
        const std::size_t at = output.find(label);
        return at == std::string::npos ? std::string() : output.substr(at + std::string(label).size(), 24);
    };
    result.rate = std::atof(after("Requests/sec:").c_str());
    result.p99Ms = milliseconds(after(" 99%"));
    for (const char* label : {"Non-2xx", "Socket errors"})
        if (const std::size_t at = output.find(label); at != std::string::npos)
            result.errors += output.substr(at, output.find('\n', at) - at) + " ";
    if (result.rate <= 0)
        return std::nullopt;
    return result;
}

int portOf(const std::string& origin)
{
    return std::atoi(origin.substr(origin.rfind(':') + 1).c_str());
}

bool waitForPort(int port)
{
    for (int i = 0; i < 200; ++i) {
        if (const int peer = bench::connectTo(port); peer >= 0) {
            ::close(peer);
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

std::string upstreamFile(const std::string& directory, int port)
{
    const std::string path = directory + "/upstream.json";
    const Json entry = {{"url", "http://127.0.0.1:" + std::to_string(port) + "/openai"}};
    const Json document = {{"aoai-eastus", entry}, {"aoai-westus", entry}, {"aoai-westeurope", entry}};
    static_cast<void>(atomicWrite(path, dumpJson(document)));
    return path;
}

void measureThroughput(benchmark::State& state, const std::string& directory, Figures& figures)
{
    const int upstreamPort = bench::freePort();
    const int proxyPort = bench::freePort();
    const std::string listen = " listen 127.0.0.1:";
    const Nginx upstream(directory, "upstream",
                         "server {" + listen + std::to_string(upstreamPort) +
                             "; location / { default_type application/json; return 200 '" + Answer +
                             "'; } }");
    const Nginx proxy(
        directory, "proxy",
        "upstream models { server 127.0.0.1:" + std::to_string(upstreamPort) + "; keepalive 64; } server {" +
            listen + std::to_string(proxyPort) +
            "; location / { proxy_pass http://models; proxy_http_version 1.1; proxy_set_header Connection "
            "\"\"; } }");
    StackProcess stack(programDirectory() + "/gatehouse-local", directory + "/data",
                       {"--upstream", upstreamFile(directory, upstreamPort)});
    if (!waitForPort(upstreamPort) || !waitForPort(proxyPort) || !stack.ready()) {
        state.SkipWithError("nginx or gatehouse-local did not start");
        return;
    }
    const std::string token = stack.token("gateway");
    const int gatewayPort = portOf(stack.origin);
    static_cast<void>(runWrk(directory, gatewayPort, token, 1)); // fills pools and caches
    static_cast<void>(runWrk(directory, proxyPort, token, 1));
    for (auto _ : state) {
        const auto nginx = runWrk(directory, proxyPort, token, 6);
        const auto gateway = runWrk(directory, gatewayPort, token, 6);
        if (!nginx || !gateway || !gateway->errors.empty()) {
            state.SkipWithError(gateway ? ("the gateway answered with errors: " + gateway->errors).c_str()
                                        : "wrk failed");
            return;
        }
        figures.nginxRate = nginx->rate;
        figures.nginxP99 = nginx->p99Ms;
        figures.gatewayRate = gateway->rate;
        figures.gatewayP99 = gateway->p99Ms;
    }
    state.counters["nginx_per_s"] = *figures.nginxRate;
    state.counters["gateway_per_s"] = *figures.gatewayRate;
    state.counters["nginx_p99_ms"] = *figures.nginxP99;
    state.counters["gateway_p99_ms"] = *figures.gatewayP99;
}

std::string requestText(const std::string& token, const std::string& body)
{
    return "POST " + std::string(Path) +
           " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer " +
           token + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Sockets that are closed at the end.
class Sockets
{
public:
    Sockets() = default;
    Sockets(const Sockets&) = delete;
    Sockets& operator=(const Sockets&) = delete;
    ~Sockets()
    {
        for (const int socket : m_all)
            ::close(socket);
    }
    void open(int port, const std::string& bytes)
    {
        const int socket = bench::connectTo(port);
        if (socket < 0)
            return;
        m_all.push_back(socket);
        static_cast<void>(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }

private:
    std::vector<int> m_all;
};

void measureBesideStuck(benchmark::State& state, const std::string& directory, Figures& figures)
{
    constexpr int Streams = 200;
    constexpr int HalfSent = 500;
    constexpr int Calls = 1'000; // long enough for several rounds of events of all streams
    const bench::SlowStreamServer upstream(Answer);
    StackProcess stack(programDirectory() + "/gatehouse-local", directory + "/stuck",
                       {"--upstream", upstreamFile(directory, upstream.port())});
    if (!stack.ready()) {
        state.SkipWithError("gatehouse-local did not start");
        return;
    }
    const std::string token = stack.token("gateway");
    const int port = portOf(stack.origin);
    Sockets stuck;
    for (int i = 0; i < Streams; ++i)
        stuck.open(port, requestText(token, R"({"messages":[{"role":"user","content":"x"}],"stream":true})"));
    for (int i = 0; i < HalfSent; ++i)
        stuck.open(port,
                   "POST /openai/deployments/gpt-4o/chat/completions?api-version=1 HTTP/1.1\r\nHost: 127.");
    for (int i = 0; i < 500 && upstream.streams() < Streams; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (upstream.streams() < Streams) {
        state.SkipWithError("not all streams came through");
        return;
    }
    // They are all taken in, also those that never said enough to be seen above; what counts is beside them.
    std::this_thread::sleep_for(std::chrono::seconds(1));
    double worst = 0;
    for (auto _ : state) {
        httplib::Client client("127.0.0.1", port);
        client.set_keep_alive(true);
        client.set_tcp_nodelay(true); // head and body are two writes
        for (int i = 0; i < Calls; ++i) {
            if (i % 10 == 0) { // a new connection now and then
                client.stop();
            }
            const auto start = std::chrono::steady_clock::now();
            const auto answer =
                client.Post(Path, {{"Authorization", "Bearer " + token}}, Body, "application/json");
            const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
            if (!answer || answer->status != 200) {
                state.SkipWithError("a call beside the stuck sockets failed");
                return;
            }
            worst = std::max(worst, took.count());
        }
    }
    figures.worstBesideStuck = worst;
    state.counters["worst_ms"] = worst;
}

void printRatios(const Figures& figures)
{
    if (figures.nginxRate && figures.gatewayRate) {
        std::printf("ratio gateway_vs_nginx %.3f\n", *figures.gatewayRate / *figures.nginxRate);
        std::printf("ratio gateway_added_p99_ms %.2f\n", *figures.gatewayP99 - *figures.nginxP99);
    }
    if (figures.worstBesideStuck)
        std::printf("ratio gateway_worst_ms_beside_stuck %.1f\n", *figures.worstBesideStuck);
}

void raiseDescriptorLimit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8'192);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

int main(int argc, char** argv)
{
    ::signal(SIGPIPE, SIG_IGN);
    raiseDescriptorLimit();
    std::string directory = (std::filesystem::temp_directory_path() / "gateway_bench_XXXXXX").string();
    if (::mkdtemp(directory.data()) == nullptr) {
        std::fprintf(stderr, "no temporary directory\n");
        return 1;
    }
    Figures figures;
    bool peers = true;
    for (const char* program : {"wrk", "nginx"}) {
        if (!isInstalled(program)) {
            std::printf("missing peer: %s\n", program);
            peers = false;
        }
    }
    if (peers)
        benchmark::RegisterBenchmark(
            "gateway_vs_nginx",
            [&](benchmark::State& state) { measureThroughput(state, directory, figures); })
            ->Iterations(1)
            ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(
        "gateway_beside_stuck_sockets",
        [&](benchmark::State& state) { measureBesideStuck(state, directory, figures); })
        ->Iterations(1)
        ->Unit(benchmark::kMillisecond);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 1;
    benchmark::RunSpecifiedBenchmarks();
    printRatios(figures);
    benchmark::Shutdown();
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
    return 0;
}
