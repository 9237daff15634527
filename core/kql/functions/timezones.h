// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::kql {

/// One time zone of the system's tz database (RFC 8536). Immutable. <chrono> of the compilers that we build
/// with has no time zones yet.
class TimeZone
{
public:
    /// Empty for a name that is no zone of this system.
    [[nodiscard]] static std::optional<TimeZone> load(std::string_view name);

    /// Seconds east of UTC at a moment in Unix seconds.
    [[nodiscard]] std::int64_t offsetAt(std::int64_t utc) const;
    /// The same for a wall clock's time: where it comes twice, the earlier one; where it does not exist, the
    /// offset before the gap.
    [[nodiscard]] std::int64_t offsetOfLocal(std::int64_t local) const;

private:
    friend class TimeZoneReader;

    struct Change
    {
        std::int64_t at = 0;
        std::int64_t offset = 0;
    };
    /// Summer time by rule, as the last line of the file says it for all years after its changes.
    struct Rule
    {
        int month = 0;
        int week = 0;
        int weekday = 0;
        int dayOfYear = -1; ///< when not by month
        bool leapCounts = false;
        std::int64_t seconds = 7200;
    };

    [[nodiscard]] std::int64_t ruleOffset(std::int64_t utc) const;
    [[nodiscard]] static std::int64_t momentOf(const Rule& rule, int year);

    std::int64_t m_first = 0;
    std::vector<Change> m_changes;
    bool m_hasRule = false;
    bool m_hasSummer = false;
    std::int64_t m_winter = 0;
    std::int64_t m_summer = 0;
    Rule m_start;
    Rule m_end;
};

} // namespace gatehouse::kql
