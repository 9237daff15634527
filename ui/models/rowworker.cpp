// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/rowworker.h"

#include <QtConcurrent/QtConcurrentRun>

namespace gatehouse::ui {

namespace {

constexpr std::size_t FewCells = 4096; ///< summed at once, so that the status line keeps up with the keys

CellSummary summaryOf(const Table& table, const RowNumbers& rows, const std::vector<CellBlock>& blocks)
{
    CellSummary summary;
    for (const CellBlock& block : blocks)
        summary.add(table.column(block.column), std::span(rows).subspan(block.firstRow, block.rows));
    return summary;
}

void restart(std::stop_source& source)
{
    source.request_stop();
    source = std::stop_source();
}

} // namespace

RowWorker::RowWorker(QObject* parent)
    : QObject(parent)
    , m_table(std::make_shared<const Table>())
{}

RowWorker::~RowWorker()
{
    for (std::stop_source* const source : {&m_rowStop, &m_facetStop, &m_summaryStop})
        source->request_stop();
}

void RowWorker::setTable(std::shared_ptr<const Table> table)
{
    for (std::stop_source* const source : {&m_rowStop, &m_facetStop, &m_summaryStop})
        restart(*source);
    m_table = std::move(table);
    m_typed.clear();
    m_filters.clear();
    m_sortColumn.reset();
    m_filtered.reset();
    m_otherRows = false;
    setBusy(false);
}

void RowWorker::sort(std::optional<std::size_t> column, bool descending)
{
    if (column == m_sortColumn && descending == m_descending)
        return;
    m_sortColumn = column;
    m_descending = descending;
    work();
}

Status RowWorker::setFilter(std::optional<std::size_t> column, const std::string& typed)
{
    if (typed.empty()) {
        if (m_typed.erase(column) == 0)
            return {};
        m_filters.erase(column);
    } else {
        Result<RowFilter> filter = parseRowFilter(*m_table, column, typed);
        if (!filter)
            return fail(filter.error());
        m_typed[column] = typed;
        m_filters[column] = std::move(*filter);
    }
    m_filtered.reset();
    m_otherRows = true;
    work();
    return {};
}

void RowWorker::clearFilters()
{
    if (m_typed.empty())
        return;
    m_typed.clear();
    m_filters.clear();
    m_filtered.reset();
    m_otherRows = true;
    work();
}

std::vector<RowFilter> RowWorker::filtersBut(std::optional<std::size_t> column) const
{
    std::vector<RowFilter> filters;
    for (const auto& [key, filter] : m_filters) {
        if (!column || key != column)
            filters.push_back(filter);
    }
    return filters;
}

void RowWorker::work()
{
    restart(m_rowStop);
    setBusy(true);
    const std::stop_token stop = m_rowStop.get_token();
    QtConcurrent::run([table = m_table, known = m_filtered, filters = filtersBut({}), column = m_sortColumn,
                       descending = m_descending, stop]() -> std::optional<Rows> {
        Rows rows{known, known};
        if (!rows.filtered) {
            std::optional<RowNumbers> kept = allRows(*table);
            if (!filters.empty())
                kept = filtered(*table, std::move(*kept), filters, stop);
            if (!kept)
                return std::nullopt;
            rows.filtered = std::make_shared<const RowNumbers>(std::move(*kept));
            rows.shown = rows.filtered;
        }
        if (column) {
            std::optional<RowNumbers> sorted =
                sortedBy(table->column(*column), *rows.filtered, descending, stop);
            if (!sorted)
                return std::nullopt;
            rows.shown = std::make_shared<const RowNumbers>(std::move(*sorted));
        }
        return rows;
    }).then(this, [this, stop](const std::optional<Rows>& rows) {
        if (stop.stop_requested() || !rows)
            return;
        m_filtered = rows->filtered;
        setBusy(false);
        Q_EMIT rowsReady(rows->shown, !std::exchange(m_otherRows, false));
    });
}

void RowWorker::askFacets(std::size_t column, std::size_t most)
{
    restart(m_facetStop);
    const std::stop_token stop = m_facetStop.get_token();
    QtConcurrent::run([table = m_table, column, most, filters = filtersBut(column),
                       stop]() -> std::shared_ptr<const Facets> {
        std::optional<RowNumbers> rows = allRows(*table);
        if (!filters.empty())
            rows = filtered(*table, std::move(*rows), filters, stop);
        if (!rows)
            return nullptr;
        std::optional<Facets> facets = facetsOf(table->column(column), *rows, most, stop);
        return facets ? std::make_shared<const Facets>(std::move(*facets)) : nullptr;
    }).then(this, [this, stop, column](const std::shared_ptr<const Facets>& facets) {
        if (!stop.stop_requested() && facets)
            Q_EMIT facetsReady(column, facets);
    });
}

void RowWorker::askSummary(std::shared_ptr<const RowNumbers> rows, std::vector<CellBlock> blocks)
{
    restart(m_summaryStop);
    std::size_t cells = 0;
    for (const CellBlock& block : blocks)
        cells += block.rows;
    if (cells <= FewCells) {
        Q_EMIT summaryReady(summaryOf(*m_table, *rows, blocks));
        return;
    }
    const std::stop_token stop = m_summaryStop.get_token();
    QtConcurrent::run([table = m_table, rows = std::move(rows), blocks = std::move(blocks)] {
        return summaryOf(*table, *rows, blocks);
    }).then(this, [this, stop](const CellSummary& summary) {
        if (!stop.stop_requested())
            Q_EMIT summaryReady(summary);
    });
}

void RowWorker::setBusy(bool busy)
{
    if (busy == m_busy)
        return;
    m_busy = busy;
    Q_EMIT busyChanged(busy);
}

} // namespace gatehouse::ui
