// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QAbstractListModel>
#include <QtWidgets/QListView>

#include <optional>
#include <vector>

namespace gatehouse::ui {

class Theme;

/// A row of two lines; untrusted text, painted as it is.
struct AskRow
{
    QString key; ///< unique in the list
    QString title;
    QString text;
    std::optional<double> progress; ///< 0..1; below 0: it is not known how far
    bool problem = false;           ///< text says what went wrong
    bool operator==(const AskRow&) const = default;
};

/// Rows known by their keys: a change of some leaves the others, and the selection, alone.
class AskListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { TextRole = Qt::UserRole + 1, KeyRole, ProgressRole, ProblemRole };

    using QAbstractListModel::QAbstractListModel;
    void setRows(std::vector<AskRow> rows);
    [[nodiscard]] const std::vector<AskRow>& rows() const { return m_rows; }
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<AskRow> m_rows;
};

/// The list on screen. Return and a double click open a row, Del removes it, F2 renames it.
class AskList : public QListView
{
    Q_OBJECT
public:
    AskList(const Theme& theme, const QString& objectName, const QString& accessibleName);

    [[nodiscard]] AskListModel& rows() { return *m_model; }
    [[nodiscard]] QString currentKey() const;
    void setCurrentKey(const QString& key);
    /// What stands in the middle while there are no rows.
    void setEmptyText(const QString& text);

Q_SIGNALS:
    void opened(const QString& key);
    void removed(const QString& key);
    void renamed(const QString& key);
    void currentKeyChanged(const QString& key);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    const Theme& m_theme;
    AskListModel* m_model;
    QString m_emptyText;
};

} // namespace gatehouse::ui
