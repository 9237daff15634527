// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/schemamodel.h"

#include <QtWidgets/QTreeView>

namespace gatehouse::ui {

class Theme;

/// The tables of the workspace and their columns. Return or a double click chooses a name.
class SchemaTree : public QTreeView
{
    Q_OBJECT
public:
    explicit SchemaTree(const Theme& theme);

    void setSchema(const SchemaModel::SchemaPtr& schema);
    /// What is found is shown opened, unless it is too much to look at.
    void setSearch(const QString& text);
    void chooseCurrent();

Q_SIGNALS:
    /// A name as KQL reads it.
    void nameChosen(const QString& name);

protected:
    void paintEvent(QPaintEvent* event) override;
    void drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const override;

private:
    void spanTables();

    const Theme& m_theme;
    SchemaModel* m_model;
    bool m_searching = false;
};

} // namespace gatehouse::ui
