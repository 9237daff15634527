// SPDX-License-Identifier: GPL-3.0-or-later
// Questions over a gateway's log against DuckDB with one thread, as the engine has: kql_bench --rows N
// The same questions over a tenth of the rows show that the cost is linear.
#include "core/base/datetime.h"
#include "core/base/json.h"
#include "core/kql/engine.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/wait.h>

namespace {

using namespace gatehouse;

constexpr int Rounds = 5; // the fastest counts

struct Question
{
    const char* name;
    const char* text;
};

constexpr std::array<Question, 3> Questions = {{
    {"tokens_by_hour_service", "T | summarize tokens = sum(prompt + completion) by service, h = bin(ts, 1h) "
                               "| sort by h asc, service asc"},
    {"p95_by_service", "T | summarize p95 = percentile(latency, 95), throttled = countif(status == 429) "
                       "by service | sort by service asc"},
    {"filter_and_sum", "T | where service in ('service-3', 'service-9') and ts > datetime(2026-11-10) "
                       "| summarize n = count(), prompt = sum(prompt), completion = sum(completion) by model "
                       "| sort by model asc"},
}};

/// The rows of duckdb.js, 30 days of them, in chunks as the workspace keeps them.
class BenchTable final : public kql::TableSource
{
public:
    explicit BenchTable(std::int64_t rows)
    {
        constexpr std::int64_t ChunkRows = 1'000'000;
        for (std::int64_t first = 0; first < rows; first += ChunkRows)
            m_chunks.push_back(makeChunk(first, std::min(first + ChunkRows, rows), rows));
        for (const Column& column : m_chunks.front()->columns())
            m_schema.push_back({column.name(), column.type()});
    }
    [[nodiscard]] const std::vector<kql::SchemaColumn>& schema() const override { return m_schema; }
    [[nodiscard]] std::vector<std::shared_ptr<const Table>> scan(const std::optional<TimeRange>&,
                                                                 std::span<const std::string>) const override
    {
        return m_chunks;
    }

private:
    static std::int64_t hash(std::int64_t row, std::int64_t offset)
    {
        const auto product =
            static_cast<std::uint32_t>(static_cast<std::uint64_t>(row + offset) * 2654435761U);
        return product / 256;
    }

    static std::shared_ptr<const Table> makeChunk(std::int64_t first, std::int64_t end, std::int64_t rows)
    {
        constexpr std::array<const char*, 3> Models = {"gpt-4o", "gpt-4o-mini", "text-embedding-3-small"};
        constexpr std::int64_t Microseconds = std::int64_t{30} * 86'400 * 1'000'000;
        auto table = std::make_shared<Table>("T");
        for (const auto& [name, type] : {std::pair{"ts", ColumnType::DateTime},
                                         {"service", ColumnType::String},
                                         {"model", ColumnType::String},
                                         {"prompt", ColumnType::Long},
                                         {"completion", ColumnType::Long},
                                         {"latency", ColumnType::Real},
                                         {"status", ColumnType::Int}})
            table->addColumn(name, type);
        const std::int64_t start = DateTime::fromCivil(2026, 10, 21).sinceYearOne.count();
        for (std::int64_t i = first; i < end; ++i) {
            table->column(0).appendInteger(start + i * (Microseconds / rows) * 10);
            table->column(1).appendText("service-" + std::to_string(hash(i, 0) % 40));
            table->column(2).appendText(Models[static_cast<std::size_t>(hash(i, 7) % 3)]);
            table->column(3).appendInteger(hash(i, 1) % 5000);
            table->column(4).appendInteger(hash(i, 2) % 900);
            table->column(5).appendReal(static_cast<double>(hash(i, 3) % 10'000) / 3.0);
            table->column(6).appendInteger(hash(i, 5) % 50 == 0 ? 429 : 200);
        }
        return table;
    }

    std::vector<std::shared_ptr<const Table>> m_chunks;
    std::vector<kql::SchemaColumn> m_schema;
};

class BenchCatalog final : public kql::Catalog
{
public:
    explicit BenchCatalog(std::int64_t rows)
        : m_table(std::make_shared<BenchTable>(rows))
    {}
    [[nodiscard]] std::shared_ptr<const kql::TableSource> find(std::string_view name) const override
    {
        return name == "T" ? m_table : nullptr;
    }
    [[nodiscard]] std::vector<std::string> tableNames() const override { return {"T"}; }

private:
    std::shared_ptr<const kql::TableSource> m_table;
};

/// The answer's only table; ends the program when the engine refuses the question.
Table answer(const kql::Catalog& catalog, const Question& question)
{
    kql::QueryOptions options;
    options.now = DateTime::fromCivil(2026, 11, 26);
    auto execution = kql::execute(question.text, catalog, options);
    if (!execution) {
        std::fprintf(stderr, "%s: %s\n", question.name, execution.error().message.c_str());
        std::exit(1);
    }
    return std::move(execution->answer.tables.front());
}

double bestMilliseconds(const kql::Catalog& catalog, const Question& question)
{
    double best = 1e12;
    for (int round = 0; round < Rounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        benchmark::DoNotOptimize(answer(catalog, question));
        const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
        best = std::min(best, spent.count());
    }
    return best;
}

/// DuckDB writes 64-bit numbers as text. Its percentile lies between two neighbours, whose distance is a
/// third.
bool sameValue(const Column& column, std::size_t row, const Json& peer)
{
    const std::string text = column.displayAt(row);
    if (column.type() == ColumnType::Real)
        return peer.is_number() && std::abs(column.realAt(row) - peer.get<double>()) < 0.34;
    return text == (peer.is_string() ? peer.get<std::string>() : dumpJson(peer));
}

bool sameAnswer(const Table& own, const Json& peer)
{
    if (!peer.is_array() || peer.size() != own.rowCount() || own.rowCount() == 0)
        return false;
    for (std::size_t row = 0; row < own.rowCount(); ++row) {
        if (peer[row].size() != own.columnCount())
            return false;
        for (std::size_t i = 0; i < own.columnCount(); ++i) {
            if (!sameValue(own.column(i), row, peer[row][i])) {
                std::fprintf(stderr, "row %zu: %s, DuckDB %s\n", row, own.column(i).displayAt(row).c_str(),
                             dumpJson(peer[row][i]).c_str());
                return false;
            }
        }
    }
    return true;
}

/// One line a question, or nothing when there is no DuckDB.
std::vector<std::string> askPeer(std::int64_t rows)
{
    const std::string command = "node '" GATEHOUSE_BENCH_FOLDER "/duckdb.js' 1 " + std::to_string(rows);
    std::vector<std::string> lines;
    std::FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
    if (pipe == nullptr)
        return {};
    std::string line;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        if (c != '\n') {
            line += static_cast<char>(c);
            continue;
        }
        lines.push_back(std::move(line));
        line.clear();
    }
    const int status = pclose(pipe);
    if (status == 0 && lines.size() == Questions.size())
        return lines;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    std::printf("missing peer: %s\n", code == 127 ? "node"
                                      : code == 3 ? "@duckdb/node-api"
                                                  : "DuckDB failed");
    return {};
}

/// False when DuckDB answers something else.
bool printRatios(std::int64_t rows)
{
    const BenchCatalog catalog(rows);
    const BenchCatalog tenth(std::max<std::int64_t>(rows / 10, 1));
    std::array<double, Questions.size()> own{};
    for (std::size_t i = 0; i < Questions.size(); ++i) {
        own[i] = bestMilliseconds(catalog, Questions[i]);
        const double small = bestMilliseconds(tenth, Questions[i]);
        std::printf("%s %.1f ms, a tenth of the rows %.1f ms\n", Questions[i].name, own[i], small);
        std::printf("ratio kql_linear_%s %.3f\n", Questions[i].name, own[i] / (10 * small));
    }
    std::fflush(stdout);
    const std::vector<std::string> lines = askPeer(rows);
    bool same = true;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto peer = parseJson(lines[i], std::size_t{1} << 30U);
        if (!peer || !sameAnswer(answer(catalog, Questions[i]), (*peer)["rows"])) {
            std::fprintf(stderr, "%s: DuckDB has another answer\n", Questions[i].name);
            same = false;
            continue;
        }
        const double duckdb = (*peer)["milliseconds"].get<double>();
        std::printf("%s DuckDB %.1f ms\n", Questions[i].name, duckdb);
        std::printf("ratio kql_vs_duckdb_%s %.3f\n", Questions[i].name, own[i] / duckdb);
    }
    std::fflush(stdout);
    return same;
}

void registerQuestions()
{
    for (const Question& question : Questions) {
        benchmark::RegisterBenchmark(question.name, [question](benchmark::State& state) {
            constexpr std::int64_t Rows = 100'000;
            const BenchCatalog catalog(Rows);
            for (auto _ : state)
                benchmark::DoNotOptimize(answer(catalog, question));
            state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * Rows);
        })->Unit(benchmark::kMillisecond);
    }
}

/// Takes --rows N out of the arguments.
std::int64_t takeRows(int& argc, char** argv)
{
    std::int64_t rows = 1'000'000;
    int kept = 1;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--rows") == 0 && i + 1 < argc)
            rows = std::strtoll(argv[++i], nullptr, 10);
        else
            argv[kept++] = argv[i];
    }
    argc = kept;
    return rows;
}

} // namespace

int main(int argc, char** argv)
{
    const std::int64_t rows = takeRows(argc, argv);
    benchmark::Initialize(&argc, argv);
    if (rows < 10 || benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    if (!printRatios(rows))
        return 1;
    registerQuestions();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
