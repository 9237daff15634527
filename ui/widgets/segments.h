// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QButtonGroup;

namespace gatehouse::ui {

/// A row of buttons of which exactly one is down: a choice among few.
class Segments : public QWidget
{
    Q_OBJECT
public:
    Segments(const QString& objectName, const QString& accessibleName, const QStringList& choices,
             QWidget* parent = nullptr);

    [[nodiscard]] int current() const;
    /// Does not emit chosen().
    void setCurrent(int index);

Q_SIGNALS:
    /// The person chose; not emitted by setCurrent.
    void chosen(int index);

private:
    QButtonGroup* m_group;
};

} // namespace gatehouse::ui
