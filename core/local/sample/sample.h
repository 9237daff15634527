// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace gatehouse::local {

class GatewayService;
class LogStore;
class ResourceStore;

struct SampleOptions
{
    int days = 30;
    std::uint64_t seed = 1;
    DateTime end; ///< the history ends here
};

/// Fills the store with days of history: requests through the same gateway code, with its own simulated
/// endpoints and a clock that it moves itself. The same seed, days and end give the same rows. Takes seconds;
/// fraction is 0..1.
[[nodiscard]] Status makeHistory(const SampleOptions& options, const ResourceStore& resources, LogStore& logs,
                                 const std::function<void(double fraction)>& progress = {});

/// Goes on with the same services and rhythm, through the running gateway, from threads of its own: one to
/// two calls a second. The destructor waits for the calls in flight, so stop the gateway's sleeper first when
/// it has to be quick.
class LiveTraffic
{
public:
    /// The gateway and the clock must outlive it.
    LiveTraffic(GatewayService& gateway, const Clock& clock, std::uint64_t seed);
    LiveTraffic(const LiveTraffic&) = delete;
    LiveTraffic& operator=(const LiveTraffic&) = delete;
    ~LiveTraffic();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace gatehouse::local
