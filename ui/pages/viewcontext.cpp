// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/viewcontext.h"

#include <algorithm>

namespace gatehouse::ui {

ViewContext::ViewContext(const Clock& clock, QObject* parent)
    : QObject(parent)
    , m_clock(clock)
{}

TimeRange ViewContext::range() const
{
    if (m_fixed)
        return *m_fixed;
    const DateTime now = m_clock.now();
    return {now - m_relative, now};
}

std::optional<Ticks> ViewContext::relative() const
{
    return m_fixed ? std::nullopt : std::optional(m_relative);
}

void ViewContext::setRelative(Ticks length)
{
    if (length < std::chrono::minutes(1) || length > std::chrono::hours(24 * 366))
        return;
    if (!m_fixed && length == m_relative)
        return;
    m_relative = length;
    m_fixed.reset();
    Q_EMIT changed();
}

void ViewContext::setFixed(const TimeRange& range)
{
    if (range.length() < std::chrono::seconds(1) || m_fixed == range)
        return;
    m_fixed = range;
    Q_EMIT changed();
}

void ViewContext::resetZoom()
{
    if (!m_fixed)
        return;
    m_fixed.reset();
    Q_EMIT changed();
}

std::vector<usage::Filter> ViewContext::filters() const
{
    std::vector<usage::Filter> filters;
    for (const Chip& chip : m_chips)
        filters.push_back(chip.filter);
    return filters;
}

bool ViewContext::hasFilter(const usage::Filter& filter) const
{
    return std::any_of(m_chips.begin(), m_chips.end(),
                       [&](const Chip& chip) { return chip.filter == filter; });
}

void ViewContext::toggle(const Chip& chip)
{
    if (hasFilter(chip.filter)) {
        remove(chip.filter);
        return;
    }
    std::erase_if(m_chips,
                  [&](const Chip& other) { return other.filter.dimension == chip.filter.dimension; });
    m_chips.push_back(chip);
    Q_EMIT changed();
}

void ViewContext::remove(const usage::Filter& filter)
{
    if (std::erase_if(m_chips, [&](const Chip& chip) { return chip.filter == filter; }) > 0)
        Q_EMIT changed();
}

bool ViewContext::removeLast()
{
    if (m_chips.empty())
        return false;
    m_chips.pop_back();
    Q_EMIT changed();
    return true;
}

void ViewContext::clearFilters()
{
    if (m_chips.empty())
        return;
    m_chips.clear();
    Q_EMIT changed();
}

} // namespace gatehouse::ui
