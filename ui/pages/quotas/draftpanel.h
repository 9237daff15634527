// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/quotas/quotaspresenter.h"

#include <QtWidgets/QFrame>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace gatehouse::ui {

class ElidedLabel;
class NoticeBar;
class RecordModel;
class Segments;
class TableView;
class Theme;

/// The draft of the sheet: its differences, the policy that would be written, and its impact on past calls.
/// Shows what the presenter says and hands every wish to it.
class DraftPanel : public QFrame
{
    Q_OBJECT
public:
    enum Part { Changes, Policy, Impact, Examples };

    DraftPanel(const Theme& theme, QuotasPresenter& presenter);
    void show(const QuotasState& state);
    void choose(Part part);
    /// Hands the draft to the review; a refusal is told.
    void propose();

Q_SIGNALS:
    void told(const QString& text);
    void summaryChanged(const QString& text);

private:
    [[nodiscard]] QWidget* buildHeading();
    [[nodiscard]] QWidget* buildPolicy();
    [[nodiscard]] QWidget* buildImpact();
    void showImpact(const QuotasState& state);
    void showImpactTables(const QuotasState& state);

    const Theme& m_theme;
    QuotasPresenter& m_presenter;
    QLabel* m_title;
    QLabel* m_hint;
    Segments* m_parts;
    QPushButton* m_discard;
    QPushButton* m_review;
    QStackedWidget* m_stack;
    RecordModel* m_changeModel;
    TableView* m_changes;
    QPlainTextEdit* m_policy;
    Segments* m_days;
    QPushButton* m_rehearse;
    QPushButton* m_cancel;
    QProgressBar* m_progress;
    ElidedLabel* m_impactText;
    NoticeBar* m_impactNotice;
    RecordModel* m_impactModel;
    TableView* m_impact;
    RecordModel* m_exampleModel;
    TableView* m_examples;
};

} // namespace gatehouse::ui
