// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QVariant>

class QDBusPendingCallWatcher;
class QDBusVariant;

namespace gatehouse::ui {

/// Whether the desktop wants dark windows, and when it changes its mind: asked of the desktop portal
/// (org.freedesktop.appearance, color-scheme), which GNOME, KDE and others answer. Until it answers, and
/// without a session bus, the lightness of the palette that the platform gave decides. Nothing here blocks.
class Appearance : public QObject
{
    Q_OBJECT
public:
    /// askDesktop false leaves D-Bus alone (--capture).
    explicit Appearance(bool askDesktop, QObject* parent = nullptr);

    [[nodiscard]] bool dark() const { return m_dark; }

Q_SIGNALS:
    void changed(bool dark);

private Q_SLOTS:
    void onSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    void ask();
    void take(const QVariant& value);

    bool m_dark = false;
};

} // namespace gatehouse::ui
