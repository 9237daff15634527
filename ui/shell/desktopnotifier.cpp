// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/desktopnotifier.h"

#include "ui/widgets/labels.h"

#include <QtDBus/QDBusMessage>
#include <QtDBus/QDBusPendingCallWatcher>
#include <QtDBus/QDBusPendingReply>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSystemTrayIcon>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr auto Service = "org.freedesktop.Notifications"_L1;
constexpr auto Path = "/org/freedesktop/Notifications"_L1;
constexpr auto Interface = "org.freedesktop.Notifications"_L1;
constexpr auto ShowAction = "default"_L1; ///< a click on the notification itself

QDBusMessage callOf(const QString& method)
{
    return QDBusMessage::createMethodCall(Service, Path, Interface, method);
}

} // namespace

DesktopNotifier::DesktopNotifier(QIcon icon, QDBusConnection bus, QObject* parent)
    : Notifier(parent)
    , m_icon(std::move(icon))
    , m_bus(std::move(bus))
{
    if (m_bus.isConnected())
        m_bus.connect(Service, Path, Interface, u"ActionInvoked"_s, this,
                      SLOT(onActionInvoked(uint, QString)));
}

DesktopNotifier::~DesktopNotifier() = default;

void DesktopNotifier::notify(const QString& title, const QString& text)
{
    showTray(title);
    if (!m_bus.isConnected())
        return showInTray(title, text);
    if (m_markup)
        return send(title, text);
    m_waiting.emplace_back(title, text);
    if (!m_asked)
        askCapabilities();
}

void DesktopNotifier::askCapabilities()
{
    m_asked = true;
    auto* const watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(callOf(u"GetCapabilities"_s)), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* answered) {
        const QDBusPendingReply<QStringList> reply = *answered;
        answered->deleteLater();
        m_asked = false;
        const auto waiting = std::exchange(m_waiting, {});
        if (!reply.isError())
            m_markup = reply.value().contains(u"body-markup"_s);
        for (const auto& [title, text] : waiting) {
            if (m_markup)
                send(title, text);
            else
                showInTray(title, text);
        }
    });
}

void DesktopNotifier::send(const QString& title, const QString& text)
{
    QDBusMessage call = callOf(u"Notify"_s);
    // Names of services are remote text: a server that reads markup is given none.
    const QString body = *m_markup ? text.toHtmlEscaped() : text;
    call << u"Gatehouse"_s << uint{0} << u"gatehouse"_s << title << body
         << QStringList{QString(ShowAction), tr("Show")} << QVariantMap{{u"desktop-entry"_s, u"gatehouse"_s}}
         << -1;
    auto* const watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, title, text](QDBusPendingCallWatcher* answered) {
                const QDBusPendingReply<uint> reply = *answered;
                answered->deleteLater();
                if (reply.isError())
                    showInTray(title, text);
                else
                    m_ids.insert(reply.value());
            });
}

void DesktopNotifier::onActionInvoked(uint id, const QString& action)
{
    // Everybody on the bus hears of everybody's notifications.
    if (m_ids.contains(id) && action == ShowAction)
        activate();
}

void DesktopNotifier::activate()
{
    if (m_tray)
        m_tray->hide();
    Q_EMIT activated();
}

void DesktopNotifier::showTray(const QString& title)
{
    if (!QSystemTrayIcon::isSystemTrayAvailable())
        return;
    if (!m_tray) {
        m_menu = std::make_unique<QMenu>();
        nameWidget(m_menu.get(), u"trayMenu"_s, tr("Gatehouse"));
        m_menu->addAction(tr("Show the anomalies"), this, &DesktopNotifier::activate);
        m_menu->addAction(tr("Hide this icon"), this, [this] { m_tray->hide(); });
        m_tray = std::make_unique<QSystemTrayIcon>(m_icon);
        m_tray->setContextMenu(m_menu.get());
        connect(m_tray.get(), &QSystemTrayIcon::messageClicked, this, &DesktopNotifier::activate);
        connect(m_tray.get(), &QSystemTrayIcon::activated, this,
                [this](QSystemTrayIcon::ActivationReason reason) {
                    if (reason == QSystemTrayIcon::Trigger)
                        activate();
                });
    }
    m_tray->setToolTip(u"Gatehouse – "_s + title);
    m_tray->show();
}

void DesktopNotifier::showInTray(const QString& title, const QString& text)
{
    if (m_tray && QSystemTrayIcon::supportsMessages())
        m_tray->showMessage(title, text, m_icon);
}

} // namespace gatehouse::ui
