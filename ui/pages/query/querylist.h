// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/schemamodel.h"

#include <QtWidgets/QFrame>

class QLineEdit;
class QListView;
class QStackedLayout;
class QStandardItemModel;

namespace gatehouse::ui {

class QueryNotebook;
class SchemaTree;
class Segments;
class Theme;
class ViewContext;

/// What is at hand for a query: those that ship and those that were saved, those that were run, and the
/// tables of the workspace. Type to search; Return or a double click runs a query, or inserts a name; Delete
/// forgets a query.
class QueryList : public QFrame
{
    Q_OBJECT
public:
    QueryList(const Theme& theme, ViewContext& context, QueryNotebook& notebook);

    enum Tab { Saved, History, Tables };
    void showTab(Tab tab);
    void setSchema(const SchemaModel::SchemaPtr& schema);
    [[nodiscard]] QLineEdit& search() { return *m_search; }
    [[nodiscard]] QListView& list() { return *m_list; }
    [[nodiscard]] SchemaTree& tables() { return *m_tables; }
    /// The rows of the tab that is shown.
    [[nodiscard]] QWidget& rows();

Q_SIGNALS:
    /// run false: only put it into the editor.
    void chosen(const QString& kql, bool run);
    /// The name of a table or column, as KQL reads it.
    void nameChosen(const QString& name);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void build();
    void fill();
    void fillQueries();
    void addRow(const QString& title, const QString& text, const QString& kql, const QString& name);
    void choose(bool run);
    void forgetCurrent();
    void openMenu(const QPoint& position);

    const Theme& m_theme;
    ViewContext& m_context;
    QueryNotebook& m_notebook;
    Segments* m_tabs;
    QLineEdit* m_search;
    QListView* m_list;
    SchemaTree* m_tables;
    QStackedLayout* m_stack;
    QStandardItemModel* m_model;
};

} // namespace gatehouse::ui
