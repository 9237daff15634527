// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// What the endpoint behind a backend does from now on (INTERFACES: /faults). The default is healthy.
struct Fault
{
    bool down = false;              ///< no connection
    int status = 0;                 ///< every answer is this; 0: its own
    int retryAfter = 0;             ///< seconds, sent with status
    int latencyMs = 0;              ///< on top of its own
    std::int64_t cutAfterBytes = 0; ///< of the body; 0: never
    double probability = 1.0;
    int forSeconds = 0; ///< 0: until healed
};

/// The faults that are set now, by backend. Any thread may call.
class FaultBoard
{
public:
    explicit FaultBoard(const Clock& clock, std::uint64_t seed = 1);

    /// Replaces the whole document. InvalidInput names the field or the backend that is wrong; nothing is
    /// changed then.
    [[nodiscard]] Status replace(const Json& document, std::span<const std::string> knownBackends);
    void set(const std::string& backend, const Fault& fault);
    void clear();
    /// The document; faults whose time has passed are left out.
    [[nodiscard]] Json document() const;

    /// The fault that this call meets, drawn by its probability; empty for a healthy call.
    [[nodiscard]] std::optional<Fault> draw(std::string_view backend);

private:
    struct Active
    {
        Fault fault;
        std::chrono::nanoseconds until{0}; ///< monotonic; 0: no end
    };
    [[nodiscard]] bool over(const Active& active) const;

    const Clock& m_clock;
    mutable std::mutex m_mutex;
    std::map<std::string, Active, std::less<>> m_active;
    std::uint64_t m_random;
};

} // namespace gatehouse::local
