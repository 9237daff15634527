// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QSortFilterProxyModel>

namespace gatehouse::ui {

/// Sorts a RecordModel by its raw values, unknown ones always last, and keeps the rows whose text holds what
/// was typed: "west" keeps, "!west" hides; case does not matter.
class RecordProxy : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit RecordProxy(QObject* parent = nullptr);
    void setFilterText(const QString& text);

protected:
    [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QString m_text;
    bool m_inverse = false;
};

} // namespace gatehouse::ui
