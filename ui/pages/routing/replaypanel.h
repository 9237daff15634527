// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/routing/replaypresenter.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace gatehouse::ui {

class RecordModel;
class TableView;
class Theme;

/// Replays the last days under a draft: totals, the backends before and after, and the first requests that
/// would change. Without a draft it shows that the past comes out as it was. Shows what its presenter says.
class ReplayPanel final : public QWidget
{
    Q_OBJECT
public:
    ReplayPanel(const Theme& theme, ReplayPresenter& presenter, QWidget* parent = nullptr);

Q_SIGNALS:
    /// Return or double click on a request: its correlation id.
    void explainRequested(const QString& correlationId);

private:
    void build(const Theme& theme);
    void show();
    void showOutcome(const jobs::ReplayOutcome& outcome);
    [[nodiscard]] QString totals(const jobs::ReplayOutcome& outcome) const;
    [[nodiscard]] QString limits(const jobs::ReplayOutcome& outcome) const;
    void runOrCancel();

    ReplayPresenter& m_presenter;
    RecordModel* m_backends = nullptr;
    RecordModel* m_moved = nullptr;
    QComboBox* m_days = nullptr;
    QPushButton* m_run = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_what = nullptr;
    QLabel* m_totals = nullptr;
    QLabel* m_limits = nullptr;
    TableView* m_backendTable = nullptr;
    TableView* m_movedTable = nullptr;
};

} // namespace gatehouse::ui
