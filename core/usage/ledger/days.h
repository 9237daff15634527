// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/usage/money/day.h"

#include <memory>
#include <string>
#include <string_view>

namespace gatehouse::kql {
class TimeZone;
}

namespace gatehouse::cost {

/// Which day of the calendar a moment lies in, where the ledger is kept. A day on which clocks change has 23
/// or 25 hours, and every moment lies in exactly one day. Immutable.
class Days
{
public:
    /// UTC.
    Days() = default;
    /// "Europe/Berlin"; NotFound for a zone that this computer does not know.
    [[nodiscard]] static Result<Days> of(std::string_view zone);

    [[nodiscard]] const std::string& zone() const { return m_name; }
    [[nodiscard]] Day dayOf(DateTime moment) const;

private:
    std::string m_name = "UTC";
    std::shared_ptr<const kql::TimeZone> m_zone; ///< null: UTC
};

} // namespace gatehouse::cost
