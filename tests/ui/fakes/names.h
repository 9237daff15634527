// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QLabel>
#include <QtWidgets/QWidget>

namespace gatehouse::test {

/// The widget of that name and kind; the test ends where there is none.
template <typename T>
[[nodiscard]] T* find(const QWidget& in, const QString& name)
{
    T* const found = in.findChild<T*>(name);
    if (found == nullptr)
        qFatal("no %s", qPrintable(name));
    return found;
}

/// The widgets of a tree without an object name or without an accessible name, one a line; "" when each has
/// both. Left out are labels, whose text is their name, and what Qt makes inside of its own widgets.
[[nodiscard]] inline QString namelessIn(const QWidget& root)
{
    QString text;
    for (const QWidget* const widget : root.findChildren<QWidget*>()) {
        const QByteArray kind = widget->metaObject()->className();
        const bool inner = widget->objectName().startsWith(QStringLiteral("qt_")) ||
                           kind.startsWith("QScroll") || kind.startsWith("QComboBox") ||
                           kind == "QLineEditIconButton" || kind == "QTableCornerButton" ||
                           kind == "QHeaderView";
        const bool label = qobject_cast<const QLabel*>(widget) != nullptr; // its text names it
        if (!inner && !label && (widget->objectName().isEmpty() || widget->accessibleName().isEmpty()))
            text += QString::fromLatin1(kind) + u' ' + widget->objectName() + u'\n';
    }
    return text;
}

} // namespace gatehouse::test
