// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/keys/systemclipboard.h"

#include <QtCore/QMimeData>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

QString SystemClipboard::text() const
{
    return QGuiApplication::clipboard()->text();
}

void SystemClipboard::setSecret(const QString& text)
{
    auto* const data = new QMimeData;
    data->setText(text);
    // What password managers set, and histories of clipboards heed, on Linux, Windows and macOS.
    data->setData(u"x-kde-passwordManagerHint"_s, "secret"_ba);
    data->setData(u"application/x-qt-windows-mime;value=\"ExcludeClipboardContentFromMonitorProcessing\""_s,
                  "1"_ba);
    data->setData(u"application/x-nspasteboard-concealed-type"_s, "1"_ba);
    QGuiApplication::clipboard()->setMimeData(data);
}

void SystemClipboard::clear()
{
    QGuiApplication::clipboard()->clear();
}

} // namespace gatehouse::ui
