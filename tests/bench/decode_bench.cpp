// SPDX-License-Identifier: GPL-3.0-or-later
// Decoding a large query answer against a bare simdjson on-demand walk of the same bytes, and decimating a
// series.
#include "core/base/datetime.h"
#include "core/table/decimate.h"
#include "core/table/queryanswer.h"

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace gatehouse;

constexpr std::size_t Rows = 500'000;
constexpr int Rounds = 25; // of each, in turns; the fastest counts

/// 500,000 rows of five columns, some 31 MB, as a query over the gateway's logs answers them.
std::string makeBody()
{
    constexpr const char* Services[] = {"checkout", "search-ranking", "support-bot", "translation"};
    std::string body;
    body.reserve(40U << 20U);
    body = R"({"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},)"
           R"({"name":"Service","type":"string"},{"name":"Tokens","type":"long"},)"
           R"({"name":"DurationMs","type":"real"},{"name":"Code","type":"int"}],"rows":[)";
    const DateTime start = DateTime::fromCivil(2026, 6, 1);
    for (std::size_t row = 0; row < Rows; ++row) {
        const auto at = start + Ticks(static_cast<std::int64_t>(row) * 51'840'123);
        body += row == 0 ? "[\"" : ",[\"";
        body += formatDateTime(at);
        body += "\",\"";
        body += Services[row * 7 % 4];
        body += "\",";
        body += std::to_string(row * 7919 % 16'000);
        body += ',';
        body += std::to_string(row * 31 % 9'000) + "." + std::to_string(row % 97 + 100);
        body += row % 50 == 0 ? ",503]" : ",200]";
    }
    body += "]}]}";
    return body;
}

/// What any reader has to do at least: read each value as its type and keep nothing.
std::size_t bareWalk(simdjson::ondemand::parser& parser, const simdjson::padded_string& body)
{
    std::size_t sum = 0;
    simdjson::ondemand::document document;
    if (parser.iterate(body).get(document) != simdjson::SUCCESS)
        return 0;
    for (auto table : document["tables"].get_array()) {
        for (auto row : table["rows"].get_array()) {
            int index = 0;
            for (auto cell : row.get_array()) {
                if (index < 2)
                    sum += std::string_view(cell.get_string()).size();
                else if (index == 3)
                    sum += static_cast<std::size_t>(double(cell.get_double()));
                else
                    sum += static_cast<std::size_t>(std::int64_t(cell.get_int64()));
                ++index;
            }
        }
    }
    return sum;
}

std::size_t decode(std::string body)
{
    const auto answer = decodeQueryAnswer(std::move(body));
    return answer ? answer->primary().rowCount() : 0;
}

template <typename Work>
double seconds(Work&& work)
{
    const auto start = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(work());
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double speedRatio(const std::string& body)
{
    const simdjson::padded_string padded(body);
    simdjson::ondemand::parser parser;
    double walk = 1e9;
    double decoded = 1e9;
    for (int i = 0; i < Rounds; ++i) {
        walk = std::min(walk, seconds([&] { return bareWalk(parser, padded); }));
        std::string copy = body;
        decoded = std::min(decoded, seconds([&] { return decode(std::move(copy)); }));
    }
    std::printf("decode %.1f ms, bare walk %.1f ms, body %.1f MB\n", decoded * 1e3, walk * 1e3,
                static_cast<double>(body.size()) / 1e6);
    return decoded / walk;
}

long statusKilobytes(const char* key)
{
    std::FILE* file = std::fopen("/proc/self/status", "r");
    if (file == nullptr)
        return 0;
    char line[256];
    long value = 0;
    while (std::fgets(line, sizeof line, file) != nullptr) {
        if (std::strncmp(line, key, std::strlen(key)) == 0)
            value = std::strtol(line + std::strlen(key), nullptr, 10);
    }
    std::fclose(file);
    return value;
}

/// In a child process, whose high-water mark starts afresh. The body counts as part of the peak.
void printMemoryRatio()
{
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        const long before = statusKilobytes("VmRSS:");
        std::string body = makeBody();
        const double size = static_cast<double>(body.size());
        const std::size_t rows = decode(std::move(body));
        const double peak = static_cast<double>(statusKilobytes("VmHWM:") - before) * 1024.0;
        if (rows == Rows)
            std::printf("ratio decode_peak_memory_vs_body %.3f\n", peak / size);
        std::fflush(stdout);
        _exit(rows == Rows ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
}

void decodeAnswer(benchmark::State& state)
{
    const std::string body = makeBody();
    for (auto _ : state) {
        state.PauseTiming();
        std::string copy = body;
        state.ResumeTiming();
        benchmark::DoNotOptimize(decode(std::move(copy)));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}

void walkAnswer(benchmark::State& state)
{
    const simdjson::padded_string body(makeBody());
    simdjson::ondemand::parser parser;
    for (auto _ : state)
        benchmark::DoNotOptimize(bareWalk(parser, body));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}

void decimateMillion(benchmark::State& state)
{
    constexpr std::size_t Points = 1'000'000;
    std::vector<double> xs(Points);
    std::vector<double> ys(Points);
    for (std::size_t i = 0; i < Points; ++i) {
        xs[i] = static_cast<double>(i);
        ys[i] = static_cast<double>(i * 7919 % 10'007);
    }
    for (auto _ : state)
        benchmark::DoNotOptimize(decimate(xs, ys, 1200));
}

BENCHMARK(decodeAnswer)->Unit(benchmark::kMillisecond);
BENCHMARK(walkAnswer)->Unit(benchmark::kMillisecond);
BENCHMARK(decimateMillion)->Unit(benchmark::kMillisecond);

} // namespace

int main(int argc, char** argv)
{
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 1;
    printMemoryRatio();
    std::printf("ratio decode_vs_simdjson %.3f\n", speedRatio(makeBody()));
    std::fflush(stdout);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
