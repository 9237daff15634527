// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/ask/smokepresenter.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QSplitter;
class QTemporaryDir;

namespace gatehouse::ui {

class AskList;
class Deck;
class ElidedLabel;
class NoticeBar;
class RecordModel;
class Segments;
class StateView;
class TableView;
class Theme;

/// The smoke tests: a suite, whom it asks, its runs at the left, and of one run each result with its reason,
/// or of all runs how each case went. Decides nothing itself.
class SmokePanel : public QWidget
{
    Q_OBJECT
public:
    SmokePanel(const Theme& theme, SmokePresenter& presenter);
    ~SmokePanel() override;

    void chooseSuite();
    /// A suite about the sample documents, both of which ship with the program.
    void trySample();
    void runOrStop();
    [[nodiscard]] RecordModel& results() { return *m_results; }
    [[nodiscard]] RecordModel& trend() { return *m_trend; }
    [[nodiscard]] QPlainTextEdit& detail() { return *m_detail; }
    void showTrend(bool trend);

Q_SIGNALS:
    void told(const QString& text);
    void summaryChanged(const QString& text);

private:
    QWidget* buildHead();
    QWidget* buildBody();
    QWidget* buildResults();
    void connectParts();
    void show();
    void showHead();
    void showPools();
    void showNotice();
    void showRun();
    void showDetail();
    void chooseFolder();
    void chooseJUnit();

    const Theme& m_theme;
    SmokePresenter& m_presenter;
    QLabel* m_name;
    ElidedLabel* m_plan;
    QPushButton* m_open;
    QComboBox* m_pools;
    QPushButton* m_rules;
    QPushButton* m_run;
    QPushButton* m_folder;
    NoticeBar* m_notice;
    QLabel* m_progressText;
    QProgressBar* m_progress;
    QWidget* m_progressRow;
    StateView* m_state;
    AskList* m_runs;
    QLabel* m_members;
    QLabel* m_badge;
    Segments* m_view;
    QPushButton* m_junit;
    RecordModel* m_results;
    TableView* m_resultTable;
    QPlainTextEdit* m_detail;
    RecordModel* m_trend;
    TableView* m_trendTable;
    Deck* m_views;
    Deck* m_stack;
    std::unique_ptr<QTemporaryDir> m_samples;
};

} // namespace gatehouse::ui
