// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/usage/usage.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::ui {

/// A removable chip: only rows with this value.
struct Chip
{
    usage::Filter filter;
    QString label; ///< the display name; remote text
    bool operator==(const Chip&) const = default;
};

/// What all pages look at together: one time range and one set of filters. A relative range slides with the
/// clock; a fixed one comes from a zoom or from the picker. Main thread; the clock outlives it.
class ViewContext : public QObject
{
    Q_OBJECT
public:
    explicit ViewContext(const Clock& clock, QObject* parent = nullptr);

    /// The range as of now.
    [[nodiscard]] TimeRange range() const;
    /// Empty when the range is fixed.
    [[nodiscard]] std::optional<Ticks> relative() const;
    [[nodiscard]] bool zoomed() const { return m_fixed.has_value(); }
    /// length in 1 min .. 366 d; anything else is ignored.
    void setRelative(Ticks length);
    /// start < end and at least a second; anything else is ignored.
    void setFixed(const TimeRange& range);
    /// Back from a fixed range to the last relative one.
    void resetZoom();

    [[nodiscard]] const std::vector<Chip>& chips() const { return m_chips; }
    [[nodiscard]] std::vector<usage::Filter> filters() const;
    [[nodiscard]] bool hasFilter(const usage::Filter& filter) const;
    /// Adds the chip, in place of another of its dimension; removes it when it is there.
    void toggle(const Chip& chip);
    void remove(const usage::Filter& filter);
    /// Takes the newest chip away; false when there is none.
    bool removeLast();
    void clearFilters();

    [[nodiscard]] const Clock& clock() const { return m_clock; }

Q_SIGNALS:
    /// Range or filters: whoever shows data asks again.
    void changed();

private:
    const Clock& m_clock;
    Ticks m_relative{std::chrono::hours(24)};
    std::optional<TimeRange> m_fixed;
    std::vector<Chip> m_chips;
};

} // namespace gatehouse::ui
