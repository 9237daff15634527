// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/query/querystate.h"
#include "ui/pages/query/result/chartplan.h"
#include "ui/widgets/stateview.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSplitter;
class QStackedLayout;

namespace gatehouse::ui {

class ElidedLabel;
class FacetPopup;
class GridView;
class NoticeBar;
class ResultChart;
class Segments;
class TableExport;
class Theme;
class ViewContext;

/// The lower half of the query page: what the answer is not (partial, cached, older, overridden), its
/// figures, chart and rows; or why there are none.
class ResultPanel : public QWidget
{
    Q_OBJECT
public:
    ResultPanel(Theme& theme, ViewContext& context);

    void show(const std::shared_ptr<const QueryState>& state);
    [[nodiscard]] GridView& grid() { return *m_grid; }
    [[nodiscard]] const StateView& stateView() const { return *m_state; }
    [[nodiscard]] const ResultChart& chart() const { return *m_chart; }
    [[nodiscard]] QLineEdit& filterField() { return *m_filter; }
    [[nodiscard]] QSplitter& splitter() { return *m_splitter; }
    /// The banners as they are shown, for tests.
    [[nodiscard]] QStringList notices() const;
    /// Writes what the grid shows; the outcome is told.
    void exportTo(const QString& path);

Q_SIGNALS:
    void told(const QString& text);
    void summaryChanged(const QString& text);
    void cancelRequested();
    void runAgainRequested();
    void whereRequested(const QString& clause);
    void explainRequested(const QString& correlationId);
    void zoomed(const gatehouse::TimeRange& range);
    void zoomReset();

private:
    void build();
    void buildTools(QHBoxLayout* row);
    void buildExport();
    void connectGrid();
    void restyle();
    void showResult();
    void showNotices();
    void showState();
    [[nodiscard]] StateView::Content stateContent() const;
    [[nodiscard]] QString elapsedText() const;
    void planTheChart();
    void takePlan(const ChartPlan& plan);
    void showParts();
    void showCaption();
    void showFilters();
    void askExportPath();

    Theme& m_theme;
    ViewContext& m_context;
    std::shared_ptr<const QueryState> m_shown;
    QueryResultPtr m_inGrid;
    bool m_hasChart = false;
    std::vector<NoticeBar*> m_notices;
    ElidedLabel* m_caption;
    Segments* m_parts;
    QLineEdit* m_filter;
    QPushButton* m_hideEmpty;
    QPushButton* m_copy;
    QPushButton* m_save;
    QWidget* m_exportBar;
    QProgressBar* m_exportProgress;
    QWidget* m_chips;
    QHBoxLayout* m_chipRow;
    QWidget* m_content;
    QSplitter* m_splitter;
    ResultChart* m_chart;
    GridView* m_grid;
    FacetPopup* m_facets;
    StateView* m_state;
    QStackedLayout* m_stack;
    TableExport* m_export;
    QTimer m_second;
    QTimer m_filterPause;
};

} // namespace gatehouse::ui
