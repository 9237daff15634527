// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/routing/routingpresenter.h"

#include <QtWidgets/QWidget>

#include <array>

class QComboBox;
class QLabel;
class QLineEdit;

namespace gatehouse::ui {

class RecordModel;
class TableView;
class Theme;

/// "What happens to …": a request that nobody sent, and what each rule of the draft says to it.
class HypotheticalPanel : public QWidget
{
    Q_OBJECT
public:
    HypotheticalPanel(const Theme& theme, RoutingPresenter& presenter);

    /// Decides again: the draft may be another one.
    void showAnswer();

private:
    [[nodiscard]] gateway::RequestFacts facts() const;

    const Theme& m_theme;
    RoutingPresenter& m_presenter;
    std::array<QComboBox*, gateway::TextFields> m_values{};
    QLineEdit* m_budget;
    QLabel* m_verdict;
    RecordModel* m_model;
    TableView* m_table;
};

} // namespace gatehouse::ui
