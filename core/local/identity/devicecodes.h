// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/local/identity/personas.h"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// The device codes that are waiting for a person (RFC 8628, contracts §1.2, §1.3). In memory: a restart
/// voids them, which clients see as an unknown code. Any thread.
class DeviceCodes
{
public:
    static constexpr std::chrono::seconds Lifetime{900};
    static constexpr std::chrono::seconds Interval{5};

    /// The clock must outlive it. approveAs, when not null, has approved every code before it is asked for.
    DeviceCodes(const Clock& clock, const Persona* approveAs);

    struct Issued
    {
        std::string deviceCode;
        std::string userCode;
    };
    [[nodiscard]] Issued issue(std::string scope, bool continuousAccess);

    enum class Decision { Done, Unknown, Decided, Expired };
    /// What the person on the page chose; persona null means declined. User codes compare without case and
    /// dashes.
    Decision decide(std::string_view userCode, const Persona* persona);

    enum class Poll { Approved, Pending, SlowDown, Declined, Expired, Unknown };
    struct Outcome
    {
        Poll poll = Poll::Unknown;
        const Persona* persona = nullptr; ///< set when approved; the code is used up then
        std::string scope;                ///< of the first request
        bool continuousAccess = false;
    };
    [[nodiscard]] Outcome poll(std::string_view deviceCode);

private:
    struct Entry
    {
        std::string userCode;
        std::string scope;
        bool continuousAccess = false;
        bool declined = false;
        const Persona* persona = nullptr;
        std::chrono::nanoseconds issued{0};
        std::optional<std::chrono::nanoseconds> polled;
        std::chrono::seconds interval = Interval;
    };
    void forgetOld(std::chrono::nanoseconds now);

    const Clock& m_clock;
    const Persona* m_approveAs;
    std::mutex m_mutex;
    std::map<std::string, Entry, std::less<>> m_entries; // by device code
};

} // namespace gatehouse::local
