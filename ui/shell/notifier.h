// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>

namespace gatehouse::ui {

/// Tells a person something while they look elsewhere. GUI thread.
class Notifier : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Both are plain text, remote text among it; it is never read as markup.
    virtual void notify(const QString& title, const QString& text) = 0;

Q_SIGNALS:
    /// The person wants to see what it was.
    void activated();
};

} // namespace gatehouse::ui
