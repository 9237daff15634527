// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/exporter.h"
#include "ui/pages/cost/costpresenter.h"
#include "ui/pages/cost/costrecords.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace gatehouse::ui {

class CostBreakdown;
class ElidedLabel;
class RunningPanel;
class Segments;
class SpendTiles;
class TableView;
class Theme;

/// The first view of the Cost page: what was spent, by whom, over time, against the period before. Chart and
/// table show the same rows, which sum to the total as shown; rows that nobody can price or attribute have a
/// button that does something about it. Shows what the presenter says. GUI thread.
class SpendPanel : public QWidget
{
    Q_OBJECT
public:
    SpendPanel(Theme& theme, CostPresenter& presenter);

    [[nodiscard]] QLineEdit& filterField() const { return *m_filter; }
    [[nodiscard]] TableView& table() const { return *m_table; }
    [[nodiscard]] CostBreakdown& breakdown() const { return *m_breakdown; }
    /// Says what is missing in the figures.
    void openCompleteness();
    /// Lists the calls of a row (its key in the table); "" all of them.
    void openCalls(const QString& key);
    /// What the row's button does.
    void fix(const QString& key);
    /// Writes what the table shows; answers what became of it.
    [[nodiscard]] QString exportTo(const QString& path);

Q_SIGNALS:
    void summaryChanged(const QString& text);
    void told(const QString& text);
    void explainRequested(const QString& correlationId);
    /// A price for the model ("" where the log does not say which).
    void priceRequested(const QString& model);
    /// Reservations and running costs stand in the price book.
    void priceBookRequested();
    /// "" the directory without a choice.
    void serviceDirectoryRequested(const QString& service);

private:
    [[nodiscard]] QWidget* buildTools();
    [[nodiscard]] QWidget* buildTable();
    void connectParts();
    void showState();
    void showView(const jobs::CostView& view, const CostState& state);
    void toggleRow(const QString& key);
    [[nodiscard]] const cost::CostRow* findRow(const CostState& state, const QString& key) const;
    [[nodiscard]] QString currentKey() const;
    /// Each row of a kind has its button in the table's last column.
    void placeFixes();
    void tellSummary();
    void copyAs(TextFormat format, const QString& said);
    void askExportPath();

    Theme& m_theme;
    CostPresenter& m_presenter;
    SpendTiles* m_tiles;
    QComboBox* m_by;
    Segments* m_step;
    QLineEdit* m_filter;
    QPushButton* m_calls;
    CostBreakdown* m_breakdown;
    RecordModel* m_model;
    TableView* m_table;
    QLabel* m_total;
    RunningPanel* m_running;
    ElidedLabel* m_basis;
    std::shared_ptr<const jobs::CostView> m_shown;
};

} // namespace gatehouse::ui
