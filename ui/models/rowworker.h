// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/rows.h"

#include <QtCore/QObject>

#include <map>
#include <memory>
#include <stop_token>

namespace gatehouse::ui {

/// Where the selected cells are: whole blocks of shown rows in one column.
struct CellBlock
{
    std::size_t column = 0;
    std::size_t firstRow = 0;
    std::size_t rows = 0;
};

/// Sorts, filters and counts a table in other threads and tells the outcome in this one. A new wish stops the
/// one before; what is overtaken is never told. Main thread.
class RowWorker : public QObject
{
    Q_OBJECT
public:
    explicit RowWorker(QObject* parent = nullptr);
    ~RowWorker() override;

    /// Forgets filters and order.
    void setTable(std::shared_ptr<const Table> table);
    /// empty optional: the table's own order.
    void sort(std::optional<std::size_t> column, bool descending);
    /// typed "": no filter of this column; column empty: of any column. InvalidInput changes nothing.
    [[nodiscard]] Status setFilter(std::optional<std::size_t> column, const std::string& typed);
    void clearFilters();
    /// What is typed into the filters, by column.
    [[nodiscard]] const std::map<std::optional<std::size_t>, std::string>& filters() const { return m_typed; }
    /// Counts the values of a column among the rows that the other columns' filters leave.
    void askFacets(std::size_t column, std::size_t most);
    /// Sums cells of the rows as they are shown.
    void askSummary(std::shared_ptr<const RowNumbers> rows, std::vector<CellBlock> blocks);
    [[nodiscard]] bool busy() const { return m_busy; }

Q_SIGNALS:
    /// reordered: the same rows as before in another order.
    void rowsReady(const std::shared_ptr<const gatehouse::RowNumbers>& rows, bool reordered);
    void facetsReady(std::size_t column, const std::shared_ptr<const gatehouse::Facets>& facets);
    void summaryReady(const gatehouse::CellSummary& summary);
    void busyChanged(bool busy);

private:
    struct Rows
    {
        std::shared_ptr<const RowNumbers> filtered;
        std::shared_ptr<const RowNumbers> shown;
    };
    void work();
    void setBusy(bool busy);
    [[nodiscard]] std::vector<RowFilter> filtersBut(std::optional<std::size_t> column) const;

    std::shared_ptr<const Table> m_table;
    std::map<std::optional<std::size_t>, std::string> m_typed;
    std::map<std::optional<std::size_t>, RowFilter> m_filters;
    std::optional<std::size_t> m_sortColumn;
    bool m_descending = false;
    std::shared_ptr<const RowNumbers> m_filtered; ///< null: to be worked out
    bool m_otherRows = false;                     ///< a filter changed since rows were told last
    bool m_busy = false;
    std::stop_source m_rowStop;
    std::stop_source m_facetStop;
    std::stop_source m_summaryStop;
};

} // namespace gatehouse::ui
