// SPDX-License-Identifier: GPL-3.0-or-later
// Any query over a small table ends soon after it is told to, with whole columns or a reason.
#include "tests/kql/script.h"

#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>

using namespace gatehouse;

namespace {

using Clock = std::chrono::steady_clock;

/// Stops a query that runs long, and the program when the query goes on.
class Watchdog
{
public:
    std::stop_token start()
    {
        const std::scoped_lock lock(m_mutex);
        m_source = std::stop_source();
        m_started = Clock::now();
        return m_source.get_token();
    }
    void finish()
    {
        const std::scoped_lock lock(m_mutex);
        m_started.reset();
    }

private:
    void watch(const std::stop_token& ending)
    {
        while (!ending.stop_requested()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            const std::scoped_lock lock(m_mutex);
            if (!m_started)
                continue;
            const auto spent = Clock::now() - *m_started;
            if (spent > std::chrono::seconds(60))
                std::abort();
            if (spent > std::chrono::seconds(1))
                m_source.request_stop();
        }
    }

    std::mutex m_mutex;
    std::stop_source m_source;
    std::optional<Clock::time_point> m_started;
    std::jthread m_thread{[this](const std::stop_token& ending) { watch(ending); }};
};

bool isReason(const Error& error, std::size_t size)
{
    if (error.message.empty())
        return false;
    if (error.kind != Error::Kind::InvalidInput)
        return error.kind == Error::Kind::Cancelled || error.kind == Error::Kind::Unavailable;
    const bool coded = error.serviceCode.starts_with("SYN") || error.serviceCode.starts_with("SEM");
    return coded && error.position && error.position->offset <= size;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static Watchdog watchdog;
    kql::QueryOptions options;
    options.now = DateTime::fromCivil(2026, 6, 1);
    options.maxRows = 10'000;
    options.memoryBudget = std::size_t{128} << 20U;
    options.stop = watchdog.start();
    const auto execution =
        kql::execute({reinterpret_cast<const char*>(data), size}, test::scriptCatalog(), options);
    watchdog.finish();
    if (!execution) {
        if (!isReason(execution.error(), size))
            std::abort();
        return 0;
    }
    for (const Table& table : execution->answer.tables) {
        for (const Column& column : table.columns()) {
            if (column.size() != table.rowCount())
                std::abort();
        }
    }
    return 0;
}
