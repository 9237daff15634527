// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/exporter.h"
#include "ui/pages/activity/activitypresenter.h"
#include "ui/pages/page.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace gatehouse::ui {

class ElidedLabel;
class EntryDetail;
class RecordModel;
class TableView;

/// Who changed what, when and with which result; below it the chosen change step by step. What was begun and
/// not ended stands above all. Taking back goes through the review like every other change.
class ActivityPage : public Page
{
    Q_OBJECT
public:
    ActivityPage(Theme& theme, ActivityPresenter& presenter);

    [[nodiscard]] QWidget* filterField() override;
    [[nodiscard]] std::vector<Command> commands() override;
    /// Writes the table as it is filtered and sorted; what to tell the person.
    [[nodiscard]] QString exportTo(const QString& path);

protected:
    void describeEmpty(QString& title, QString& text) const override;
    [[nodiscard]] bool dependsOnRange() const override { return false; }

private:
    [[nodiscard]] QWidget* buildUnfinished();
    [[nodiscard]] QWidget* buildTools();
    void showState();
    void showUnfinished(const ActivityState& state);
    void showVerdict(const ActivityState& state);
    void showPermissions();
    void selectRow(std::int64_t number);
    void askExportPath();
    void copyAs(TextFormat format, const QString& said);

    Theme& m_theme;
    ActivityPresenter& m_presenter;
    QWidget* m_unfinished = nullptr;
    ElidedLabel* m_unfinishedText;
    QPushButton* m_resume;
    QPushButton* m_rollBack;
    NoticeBar* m_finishNotice;
    QLabel* m_verdict;
    QPushButton* m_verify;
    QLineEdit* m_filter;
    RecordModel* m_model;
    TableView* m_table;
    EntryDetail* m_detail;
};

} // namespace gatehouse::ui
