// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/seriescolors.h"

#include "ui/theme/tokens.h"

#include <algorithm>

namespace gatehouse::ui {

void SeriesColors::learn(const QString& kind, QStringList keys)
{
    QHash<QString, int>& known = m_slots[kind];
    std::sort(keys.begin(), keys.end());
    for (const QString& key : keys) {
        if (!key.isEmpty() && !known.contains(key))
            known.insert(key, static_cast<int>(known.size()));
    }
}

QColor SeriesColors::color(const QString& kind, const QString& key, const QColor& other) const
{
    const auto slotsOfKind = m_slots.constFind(kind);
    if (slotsOfKind == m_slots.cend())
        return other;
    const auto slot = slotsOfKind->constFind(key);
    if (slot == slotsOfKind->cend())
        return other;
    return QColor::fromRgb(SeriesPalette[static_cast<std::size_t>(*slot) % SeriesPalette.size()]);
}

} // namespace gatehouse::ui
