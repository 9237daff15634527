// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/routing/paritydialog.h"
#include "ui/pages/routing/paritypresenter.h"

#include <QtWidgets/QWidget>

class QLabel;
class QPushButton;
class QStackedLayout;

namespace gatehouse::ui {

class NoticeBar;
class RecordModel;
class StateView;
class TableView;
class Theme;

/// Which fallbacks may take over: at the left the routes, those for continuity apart from those by exception;
/// at the right the checklist of the selected one against its primary, and what a person may say about it.
class ParityPanel : public QWidget
{
    Q_OBJECT
public:
    ParityPanel(const Theme& theme, ParityPresenter& presenter);

Q_SIGNALS:
    void summaryChanged(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    [[nodiscard]] QWidget* buildRoutes();
    [[nodiscard]] QWidget* buildChecklist();
    [[nodiscard]] QPushButton* action(const QString& name, const QString& text, ParityDialog::Kind kind);
    void showState();
    void showWaiting(const PageStatus& status);
    void showRoutes(const jobs::PostureReport& report);
    void showChecklist(const gateway::ParityCheck& check);
    void showDetail();
    /// The row of the selected route, in whichever list it is.
    void selectRoute(TableView& table);
    void showActions(const gateway::ParityCheck& check);

    const Theme& m_theme;
    ParityPresenter& m_presenter;
    QStackedLayout* m_stack;
    QWidget* m_content;
    StateView* m_state;
    NoticeBar* m_notice;
    RecordModel* m_continuity;
    TableView* m_continuityTable;
    RecordModel* m_exceptions;
    TableView* m_exceptionTable;
    QLabel* m_title;
    QLabel* m_badge;
    QLabel* m_sentence;
    RecordModel* m_lines;
    TableView* m_lineTable;
    QLabel* m_detail;
    QPushButton* m_certify;
    QPushButton* m_grant;
    QPushButton* m_declare;
};

} // namespace gatehouse::ui
