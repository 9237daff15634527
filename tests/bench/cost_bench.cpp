// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/jobs/cost/costbooks.h"
#include "core/jobs/costledger.h"
#include "core/usage/ledger/grouping.h"
#include "core/usage/store/ledgerstore.h"
#include "tests/support/manualclock.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QPromise>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

/// A year of usage (2 million requests of 40 services): opening it from the store (1 s), regrouping (100 ms),
/// folding 10,000 new rows in, written to the disk (50 ms). First the ledger alone, then the service of the
/// Cost page, from nothing to its first answer and from a question to the next.

namespace {

using namespace gatehouse;
using namespace gatehouse::cost;

constexpr int Requests = 2'000'000;
constexpr int Services = 40;
constexpr int Batch = 10'000;
constexpr std::int64_t Year = 365LL * 86'400;

double secondsOf(const std::function<void()>& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

template <typename T>
T need(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message.c_str());
        std::exit(1);
    }
    return std::move(*result);
}

class Traffic
{
public:
    /// Rows from a share of the year up to another one.
    std::vector<UsageRow> rows(int count, double from, double to)
    {
        static const char* const models[] = {"gpt-4o", "gpt-4o-mini", "text-embedding-3-small"};
        static const char* const backends[] = {"east-us", "west-us", "west-europe"};
        std::vector<UsageRow> rows(static_cast<std::size_t>(count));
        for (UsageRow& row : rows) {
            const std::uint64_t drawn = m_random();
            const auto service = drawn % Services;
            row.id = guid();
            row.time = m_start +
                       std::chrono::seconds(static_cast<std::int64_t>(
                           (from + (to - from) * std::uniform_real_distribution<>(0, 1)(m_random)) * Year));
            row.seen = row.time + std::chrono::seconds(90);
            row.service = "service-" + std::to_string(service);
            row.model = models[(drawn >> 8U) % 3];
            row.backend = backends[(drawn >> 16U) % 10 == 0 ? 1 : (service % 2) * 2];
            row.region = row.backend;
            row.feature = "feature-" + std::to_string(service % 7);
            row.environment = "production";
            row.tokens = tokensOf(row.model, 200 + static_cast<std::int64_t>((drawn >> 24U) % 900), 0,
                                  static_cast<std::int64_t>((drawn >> 40U) % 700));
            row.source = (drawn >> 56U) % 5 == 0 ? TokenSource::Estimated : TokenSource::Measured;
        }
        return rows;
    }

private:
    std::string guid()
    {
        char text[40];
        const std::uint64_t a = m_random();
        const std::uint64_t b = m_random();
        std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx", unsigned(a),
                      unsigned(a >> 32U & 0xFFFFU), unsigned(a >> 48U), unsigned(b & 0xFFFFU),
                      static_cast<unsigned long long>(b >> 16U));
        return text;
    }

    std::mt19937_64 m_random{7};
    DateTime m_start = *parseDateTime("2025-11-01");
};

PriceBook prices()
{
    const Currency usd = *Currency::parse("USD");
    std::vector<Price> list;
    for (const char* model : {"gpt-4o", "gpt-4o-mini"}) {
        for (const Direction direction : {Direction::Input, Direction::Output})
            list.push_back(
                {{model, "", direction}, *parseDay("2025-01-01"), PicoPerUnit, Unit::Million, usd});
    }
    list.push_back({{"text-embedding-3-small", "", Direction::Embedding},
                    *parseDay("2025-01-01"),
                    20'000'000'000,
                    Unit::Million,
                    usd});
    return need(PriceBook(usd).with(list));
}

ServiceFacts facts()
{
    ServiceFacts facts;
    for (int i = 0; i < Services; ++i) {
        const std::string team = "team-" + std::to_string(i % 8);
        facts.set("service-" + std::to_string(i), {*parseDay("2025-01-01"), "Service " + std::to_string(i),
                                                   team, "owner", "CC", "production", "app"});
    }
    return facts;
}

void measureGroupings(const Ledger& ledger)
{
    const ServiceFacts services = facts();
    double worst = 0;
    for (int dimension = 0; dimension < 10; ++dimension) {
        for (const auto& [first, end] :
             {std::pair("2025-11-01", "2026-11-01"), std::pair("2026-10-01", "2026-11-01")}) {
            const DayRange range{*parseDay(first), *parseDay(end)};
            const CostQuestion question{
                static_cast<CostDimension>(dimension), range, periodBefore(range), Step::Daily, {}};
            std::size_t rows = 0;
            const double seconds = secondsOf([&] {
                const Grouping grouping = group(ledger, services, question);
                rows = shownOf(grouping, 2).rows.size();
            });
            if (rows == 0)
                std::exit(1);
            worst = std::max(worst, seconds);
        }
    }
    std::printf("regrouping, the slowest of 20: %.1f ms\n", worst * 1e3);
    std::printf("ratio regroup_100ms %.3f\n", worst / 0.1);
}

void measureFolds(Ledger& ledger, Traffic& traffic)
{
    std::vector<double> times;
    for (int i = 0; i < 9; ++i) {
        const std::vector<UsageRow> rows = traffic.rows(Batch, 1 + i / 300.0, 1 + (i + 1) / 300.0);
        times.push_back(secondsOf([&] { (void)need(ledger.fold(rows)); }));
    }
    std::sort(times.begin(), times.end());
    std::printf("folding 10,000 rows in, written: median %.1f ms, slowest of 9 %.1f ms\n", times[4] * 1e3,
                times.back() * 1e3);
    std::printf("ratio fold_10k_50ms %.3f\n", times[4] / 0.05);
}

/// Nobody reads the log here: every answer is the store's.
class NoWorkspace final : public jobs::Workspace
{
public:
    QFuture<Result<QueryAnswerPtr>> ask(const jobs::Ask& /*ask*/, std::stop_token /*stop*/) override
    {
        return QtFuture::makeReadyFuture(
            Result<QueryAnswerPtr>(fail(Error::Kind::Unavailable, "There is no log.")));
    }
    [[nodiscard]] int inFlight() const override { return 0; }
};

class NoNames final : public jobs::ServiceDirectory
{
public:
    QFuture<Result<usage::ServiceNames>> serviceNames(std::stop_token /*stop*/) override
    {
        return QtFuture::makeReadyFuture(Result<usage::ServiceNames>(usage::ServiceNames()));
    }
};

jobs::CostNotes notes()
{
    jobs::CostNotes notes;
    notes.readFrom = parseDateTime("2025-11-01");
    notes.readTo = parseDateTime("2026-11-01");
    for (int i = 0; i < Services; ++i)
        notes.terms["service-" + std::to_string(i)] = {
            {*parseDay("2025-01-01"), "Service " + std::to_string(i), "team-" + std::to_string(i % 8),
             "owner", "CC", "production", "app"}};
    return notes;
}

std::shared_ptr<const jobs::CostView> viewOf(jobs::CostLedger& ledger, const jobs::CostQuestion& question)
{
    const auto future = ledger.view(question, nullptr, {});
    while (!future.isFinished())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return need(future.result());
}

/// From a ledger that is not open to the first answer, then other questions.
void measureService(const std::string& path)
{
    NoWorkspace workspace;
    NoNames names;
    const test::ManualClock clock(*parseDateTime("2026-11-01"));
    jobs::CostQuestion question;
    question.fresh = false;
    question.atOnce = true; // as the page asks, which shows what single rows say when they were read
    question.range = {*parseDay("2025-11-01"), *parseDay("2026-11-01")};
    double best = 1e9;
    std::unique_ptr<jobs::CostLedger> ledger;
    for (int i = 0; i < 3; ++i) {
        ledger.reset();
        best = std::min(best, secondsOf([&] {
                            ledger = std::make_unique<jobs::CostLedger>(
                                jobs::CostLedger::Sources{workspace, names, nullptr, clock, {}},
                                jobs::CostLedger::Files{path, {}, "Bench"});
                            if (viewOf(*ledger, question)->grouping.now.requests != Requests)
                                std::exit(1);
                        }));
    }
    std::printf("service: from nothing to the first answer: %.0f ms\n", best * 1e3);
    std::printf("ratio service_open_1s %.3f\n", best);
    question.atOnce = false;
    std::printf("service: with the audit and the anomalies of a month: %.0f ms\n",
                secondsOf([&] { (void)viewOf(*ledger, question); }) * 1e3);
    question.atOnce = true;
    std::vector<double> times;
    for (int dimension = 0; dimension < 10; ++dimension) {
        for (const auto& [first, end] :
             {std::pair("2025-11-01", "2026-11-01"), std::pair("2026-10-01", "2026-11-01")}) {
            question.by = static_cast<CostDimension>(dimension);
            question.range = {*parseDay(first), *parseDay(end)};
            times.push_back(secondsOf([&] { (void)viewOf(*ledger, question); }));
        }
    }
    std::sort(times.begin(), times.end());
    std::printf("service: another question: median %.1f ms, slowest of %zu %.1f ms\n",
                times[times.size() / 2] * 1e3, times.size(), times.back() * 1e3);
    std::printf("ratio service_regroup_100ms %.3f\n", times.back() / 0.1);
}

/// Rows and what was read of the log, both on the disk.
void measureBookings(const std::string& path, const PriceVersions& first, Traffic& traffic)
{
    jobs::CostBooks books(path, first);
    if (!books.open())
        std::exit(1);
    std::vector<double> times;
    for (int i = 0; i < 9; ++i) {
        const std::vector<UsageRow> rows = traffic.rows(Batch, 1.1 + i / 300.0, 1.1 + (i + 1) / 300.0);
        times.push_back(secondsOf([&] {
            (void)need(books.fold(rows, {*parseDateTime("2025-11-01"), *parseDateTime("2026-11-01")}));
        }));
    }
    std::sort(times.begin(), times.end());
    std::printf("service: booking 10,000 rows, written: median %.1f ms, slowest of 9 %.1f ms\n",
                times[4] * 1e3, times.back() * 1e3);
    std::printf("ratio service_fold_10k_50ms %.3f\n", times[4] / 0.05);
}

int run(const std::string& path, const std::string& books)
{
    const PriceVersions first(prices());
    Traffic traffic;
    {
        auto store = need(LedgerStore::open(path));
        Ledger ledger = need(store->load({}, first));
        const double seconds = secondsOf([&] {
            for (int done = 0; done < Requests; done += 4 * Batch)
                (void)need(ledger.fold(
                    traffic.rows(4 * Batch, double(done) / Requests, double(done + 4 * Batch) / Requests)));
        });
        std::printf("made: %d rows, %zu cells in %.1f s\n", Requests, ledger.cells().size(), seconds);
    }
    double best = 1e9;
    for (int i = 0; i < 3; ++i) {
        best = std::min(best, secondsOf([&] {
                            auto store = need(LedgerStore::open(path));
                            if (need(store->load({}, first)).total().requests != Requests)
                                std::exit(1);
                        }));
    }
    std::printf("opening the year: %.0f ms, %.0f MB on the disk\n", best * 1e3,
                static_cast<double>(std::filesystem::file_size(path)) / 1e6);
    std::printf("ratio open_year_1s %.3f\n", best);
    if (!atomicWrite(books + ".json", notes().toJson()))
        return 1;
    measureService(books);
    {
        auto store = need(LedgerStore::open(path));
        Ledger ledger = need(store->load({}, first));
        measureGroupings(ledger);
        measureFolds(ledger, traffic);
    }
    measureBookings(books, first, traffic);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const auto folder =
        std::filesystem::temp_directory_path() / ("cost_bench." + std::to_string(std::random_device{}()));
    std::filesystem::create_directories(folder);
    const std::string books = folder / "ledger";
    const int status = run(books + ".sqlite", books);
    std::filesystem::remove_all(folder);
    return status;
}
