// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/routing/explainpresenter.h"

#include <QtWidgets/QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace gatehouse::ui {

class RecordModel;
class TableView;
class Theme;

/// A request's story, line by line: rules, route, attempts with those who were not taken, result. How sure a
/// line is stands beside it as a shape and a word. Shows what its presenter says.
class ExplainPanel final : public QWidget
{
    Q_OBJECT
public:
    ExplainPanel(const Theme& theme, ExplainPresenter& presenter, QWidget* parent = nullptr);

    /// From a click elsewhere.
    void showRequest(const QString& id);

private:
    void build(const Theme& theme);
    void show();
    void ask();

    ExplainPresenter& m_presenter;
    RecordModel* m_lines = nullptr;
    QLineEdit* m_id = nullptr;
    QPushButton* m_ask = nullptr;
    QLabel* m_note = nullptr;
    TableView* m_table = nullptr;
};

} // namespace gatehouse::ui
