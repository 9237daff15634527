// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/keys/clipboardguard.h"

#include <QtCore/QCryptographicHash>

#include <algorithm>

namespace gatehouse::ui {

namespace {

QByteArray hashOf(const QString& text)
{
    QByteArray bytes = text.toUtf8();
    const QByteArray hash = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
    bytes.fill('\0');
    return hash;
}

} // namespace

void wipe(QString& text)
{
    text.fill(QChar(0));
    text.clear();
}

ClipboardGuard::ClipboardGuard(Clipboard& clipboard, const Clock& clock, QObject* parent)
    : QObject(parent)
    , m_clipboard(clipboard)
    , m_clock(clock)
{
    m_timer.setInterval(1'000);
    connect(&m_timer, &QTimer::timeout, this, &ClipboardGuard::tick);
}

ClipboardGuard::~ClipboardGuard()
{
    if (m_until)
        clearIfOurs();
}

void ClipboardGuard::copy(std::string_view secret)
{
    QString text = QString::fromUtf8(secret.data(), static_cast<qsizetype>(secret.size()));
    m_hash = hashOf(text);
    m_clipboard.setSecret(text);
    m_until = m_clock.monotonic() + Kept;
    m_timer.start();
    Q_EMIT changed();
}

std::chrono::seconds ClipboardGuard::remaining() const
{
    if (!m_until)
        return std::chrono::seconds(0);
    return std::max(std::chrono::seconds(0),
                    std::chrono::ceil<std::chrono::seconds>(*m_until - m_clock.monotonic()));
}

void ClipboardGuard::tick()
{
    if (m_until && m_clock.monotonic() >= *m_until)
        clearIfOurs();
    Q_EMIT changed();
}

void ClipboardGuard::clearIfOurs()
{
    m_timer.stop();
    m_until.reset();
    QString held = m_clipboard.text();
    if (hashOf(held) == m_hash)
        m_clipboard.clear();
    m_hash.clear();
}

} // namespace gatehouse::ui
