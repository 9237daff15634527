// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QHash>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtGui/QColor>

namespace gatehouse::ui {

/// Gives each key (a service, a model, a backend) one colour of the palette and keeps it, so that a service
/// looks the same on every page. Keys that appear together are taken in their alphabetical order, so the same
/// workspace gets the same colours in every run. Used on the GUI thread; knows nothing of what a key means.
class SeriesColors
{
public:
    /// Assigns colours to those of keys that have none yet. kind separates services, models and backends.
    void learn(const QString& kind, QStringList keys);
    /// The colour of a key; the palette repeats after ten. An unknown key and "" (Other) are `other`.
    [[nodiscard]] QColor color(const QString& kind, const QString& key, const QColor& other) const;

private:
    QHash<QString, QHash<QString, int>> m_slots;
};

} // namespace gatehouse::ui
