// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/finalattempts.h"

#include <algorithm>
#include <string>

namespace gatehouse::gateway {

namespace {

constexpr Ticks Doubt = std::chrono::milliseconds(500);

DateTime endOf(const LoggedAttempt& attempt)
{
    return attempt.start + std::max(attempt.duration, Ticks(0));
}

/// The attempts that failed, in the order of their ends.
std::vector<LoggedAttempt> failuresOf(const Backend& backend, std::vector<LoggedAttempt> attempts)
{
    std::erase_if(attempts, [&](const LoggedAttempt& attempt) {
        return backend.classify(attempt.status) != Outcome::Fail;
    });
    std::ranges::sort(attempts, {}, endOf);
    return attempts;
}

/// Whether the failures from first to last open a closed circuit, and were let through by a closed one.
bool open(const std::vector<LoggedAttempt>& failures, std::size_t first, std::size_t last, Ticks interval,
          Ticks trip)
{
    const DateTime began = failures[first].start;
    if (endOf(failures[last]) - began >= std::min(interval, trip) - Doubt)
        return false;
    for (std::size_t i = first + 1; i <= last; ++i) {
        if (failures[i].start <= endOf(failures[first]) + Doubt)
            return false;
    }
    return true;
}

} // namespace

std::vector<CircuitSpan> provenOpen(const Backend& backend, std::vector<LoggedAttempt> finals,
                                    TimeRange range)
{
    const auto* const rule = std::get_if<WindowedRule>(&backend.breaker.rule);
    if (rule == nullptr || rule->count < 1)
        return {};
    const auto count = static_cast<std::size_t>(rule->count);
    const Ticks trip = backend.breaker.recovery;
    const std::vector<LoggedAttempt> failures = failuresOf(backend, std::move(finals));
    std::vector<CircuitSpan> spans;
    for (std::size_t last = count - 1; last < failures.size(); ++last) {
        if (!open(failures, last + 1 - count, last, rule->interval, trip))
            continue;
        const DateTime start = std::max(endOf(failures[last]) + Doubt, range.start);
        const DateTime end = std::min(failures[last].start + trip - Doubt, range.end);
        if (start >= end)
            continue;
        if (!spans.empty() && start <= spans.back().end)
            spans.back().end = std::max(spans.back().end, end);
        else
            spans.push_back({CircuitState::Open, start, end,
                             std::to_string(count) + " final attempts failed within one interval"});
    }
    return spans;
}

} // namespace gatehouse::gateway
