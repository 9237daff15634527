// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/quota/limitkeeper.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gatehouse {
class Database;
}

namespace gatehouse::local {

/// The quotas' counters in a SQLite file, so that a restart gives nobody a fresh quota. Rates are not in it:
/// a minute later they are worth nothing. One thread at a time.
class CounterStore
{
public:
    /// Storage with serviceCode "corrupt" when the file cannot be used.
    [[nodiscard]] static Result<std::unique_ptr<CounterStore>> open(const std::string& path);
    CounterStore(const CounterStore&) = delete;
    CounterStore& operator=(const CounterStore&) = delete;
    ~CounterStore();

    [[nodiscard]] Result<std::vector<gateway::SavedCounter>> load();
    /// Replaces all of them, in one commit.
    [[nodiscard]] Status save(const std::vector<gateway::SavedCounter>& counters);

private:
    explicit CounterStore(std::unique_ptr<Database> database);

    std::unique_ptr<Database> m_database;
};

/// Saves the counters every few seconds while they change, on a thread of its own, and once more at its end:
/// an end by signal loses none, a kill what was used in the last interval. The store and whatever the
/// source reads must outlive it.
class CounterSaver
{
public:
    using Source = std::function<std::vector<gateway::SavedCounter>()>;
    static constexpr std::chrono::milliseconds Interval{2'000};

    CounterSaver(CounterStore& store, Source source, std::chrono::milliseconds interval = Interval);
    CounterSaver(const CounterSaver&) = delete;
    CounterSaver& operator=(const CounterSaver&) = delete;
    ~CounterSaver();

private:
    void run();
    void saveChanged();

    CounterStore& m_store;
    Source m_source;
    std::chrono::milliseconds m_interval;
    std::vector<gateway::SavedCounter> m_saved;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stopped = false;
    std::thread m_thread;
};

} // namespace gatehouse::local
