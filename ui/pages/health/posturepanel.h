// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/health/posturepresenter.h"

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

/// How the gateway and its accounts stand against the standard: one table grouped by resource, what differs
/// first, and below it what mends the selected line, to be copied. Carries nothing out.
class PosturePanel : public QWidget
{
    Q_OBJECT
public:
    PosturePanel(const Theme& theme, PosturePresenter& presenter);

Q_SIGNALS:
    void keysRequested();
    void summaryChanged(const QString& text);
    /// One sentence about what was just done.
    void told(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    [[nodiscard]] QWidget* buildHead();
    [[nodiscard]] QWidget* buildRemedy();
    void showState();
    void showRemedy();
    void copyRemedy();

    const Theme& m_theme;
    PosturePresenter& m_presenter;
    QStackedLayout* m_stack;
    QWidget* m_content;
    StateView* m_state;
    NoticeBar* m_notice;
    QLabel* m_counts;
    RecordModel* m_model;
    TableView* m_table;
    QLabel* m_remedyTitle;
    QLabel* m_remedy;
    QPushButton* m_copy;
};

} // namespace gatehouse::ui
