// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/notifier.h"

#include <QtCore/QSet>
#include <QtCore/QStringList>
#include <QtDBus/QDBusConnection>
#include <QtGui/QIcon>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

class QMenu;
class QSystemTrayIcon;

namespace gatehouse::ui {

/// Notifies through org.freedesktop.Notifications where the session has it, else through the tray; does
/// nothing where there is neither. From the first notification on there is an icon in the tray, until the
/// person has looked. Never waits for the bus.
class DesktopNotifier : public Notifier
{
    Q_OBJECT
public:
    explicit DesktopNotifier(QIcon icon, QDBusConnection bus = QDBusConnection::sessionBus(),
                             QObject* parent = nullptr);
    ~DesktopNotifier() override;

    void notify(const QString& title, const QString& text) override;

private Q_SLOTS:
    void onActionInvoked(uint id, const QString& action);

private:
    void askCapabilities();
    void send(const QString& title, const QString& text);
    void showTray(const QString& title);
    void showInTray(const QString& title, const QString& text);
    void activate();

    QIcon m_icon;
    QDBusConnection m_bus;
    std::optional<bool> m_markup; ///< whether the server reads the text as markup; empty: not known yet
    bool m_asked = false;
    std::vector<std::pair<QString, QString>> m_waiting; ///< for m_markup
    QSet<uint> m_ids;                                   ///< notifications of ours
    std::unique_ptr<QMenu> m_menu;
    std::unique_ptr<QSystemTrayIcon> m_tray;
};

} // namespace gatehouse::ui
