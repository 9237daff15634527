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
    // What password managers set, and histories of the clipboard on Linux heed.
    data->setData(u"x-kde-passwordManagerHint"_s, QByteArrayLiteral("secret"));
    QGuiApplication::clipboard()->setMimeData(data);
}

void SystemClipboard::clear()
{
    QGuiApplication::clipboard()->clear();
}

} // namespace gatehouse::ui
