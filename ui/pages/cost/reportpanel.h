// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/reportdesk.h"

#include <QtWidgets/QWidget>

#include <functional>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QScrollArea;
class QStackedLayout;

namespace gatehouse::ui {

class NoticeBar;
class ReportSheet;
class Segments;
class StateView;
class Theme;

/// The Reports view: the report of the page's period, grouping and filters as its PDF looks, what it stands
/// on, and a button for each kind of file. Decides nothing itself; the desk does.
class ReportPanel : public QWidget
{
    Q_OBJECT
public:
    /// Answers where to write, "" for nowhere.
    using FileChooser =
        std::function<QString(QWidget* parent, const QString& title, const QString& suggested)>;

    ReportPanel(const Theme& theme, CostPresenter& presenter);

    [[nodiscard]] ReportDesk& desk() { return m_desk; }
    /// For tests: no dialog.
    void setFileChooser(FileChooser chooser) { m_choose = std::move(chooser); }

Q_SIGNALS:
    void told(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    [[nodiscard]] QWidget* buildTools();
    [[nodiscard]] QWidget* buildPreview();
    [[nodiscard]] QWidget* buildSide();
    [[nodiscard]] QWidget* buildFiles();
    [[nodiscard]] QWidget* buildNightly();
    [[nodiscard]] QPushButton* saveButton(ReportFormat format, const QString& name, const QString& text);
    void save(ReportFormat format);
    void showState();
    void showChoices();
    void showFilters(const CostState& state);
    void showAbout(const report::Report& report);
    void showSaving();
    void showPlace();

    const Theme& m_theme;
    CostPresenter& m_presenter;
    ReportDesk m_desk;
    FileChooser m_choose;
    NoticeBar* m_notice;
    QComboBox* m_period;
    QComboBox* m_grouping;
    Segments* m_step;
    QHBoxLayout* m_filters;
    std::vector<cost::CostFilter> m_shownFilters;
    StateView* m_state;
    QStackedLayout* m_place;
    QScrollArea* m_scroll;
    ReportSheet* m_sheet;
    QPushButton* m_back;
    QPushButton* m_next;
    QLabel* m_page;
    QLabel* m_days;
    QLabel* m_asOf;
    QLabel* m_notes;
    QLabel* m_contents;
    QLabel* m_sources;
    QLabel* m_definitions;
    std::vector<QPushButton*> m_saves;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
    QLabel* m_result;
    QPlainTextEdit* m_command;
    QPushButton* m_copy;
};

} // namespace gatehouse::ui
