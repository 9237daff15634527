// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/quotawindow.h"

namespace gatehouse::gateway {

/// The counter of quota-by-key. A call counts in the period in which it enters; its bytes, which are known
/// only afterwards, in the period in which it ends. The bandwidth is checked against what has been used, so
/// the last calls may take it over the limit by their own size. Where the increment-condition is decided by
/// the answer, cancel gives the call back; its bytes are not counted either. Not thread-safe; ask changes
/// nothing.
class CallQuota
{
public:
    /// amount: increment-count. A call that counts 0 passes only where one more would. A refusal's wait is
    /// the end of the period.
    [[nodiscard]] LimitVerdict ask(const CallAllowance& rule, Instant now, std::int64_t amount) const;
    /// After ask allowed it.
    [[nodiscard]] TakenShare take(const CallAllowance& rule, Instant now, std::int64_t amount);
    void settle(const CallAllowance& rule, const TakenShare& share, Instant now, const LimitUsage& usage);
    /// A call of a period that has ended is not taken from the next one.
    void cancel(const TakenShare& share);

    [[nodiscard]] std::int64_t calls(Instant now) const;
    [[nodiscard]] std::int64_t bytes(Instant now) const;
    [[nodiscard]] QuotaState state() const;
    /// Continues a saved count; numbers below 0 are read as 0.
    void restore(const QuotaState& state);

private:
    void follow(const CallAllowance& rule, DateTime now);

    QuotaWindow m_window;
    std::int64_t m_calls = 0;
    std::int64_t m_bytes = 0;
};

} // namespace gatehouse::gateway
