// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/xlsxreport.h"

#include "core/base/files.h"
#include "core/base/utf8.h"
#include "core/report/shown.h"
#include "core/report/xlsxsheet.h"

#include <QtCore/QTemporaryDir>

#include <algorithm>
#include <memory>

namespace gatehouse::report {

namespace {

constexpr std::size_t MostSheets = 200; ///< SUM takes 255 arguments
constexpr std::size_t MostColumns = 16'000;
constexpr int SignificantDigits = 15;
constexpr std::size_t MostBytes = std::size_t{4} << 30U;

/// A table's sheets and what formulas on others need of it.
struct TableSheets
{
    const Table* table = nullptr;
    bool raw = false; ///< single amounts, shown with all their digits
    std::size_t perSheet = 1;
    std::vector<lxw_worksheet*> sheets;
    std::vector<std::size_t> exact; ///< columns with a twin of text
    std::vector<Int128> totals;     ///< a column each; 0 where it has no amounts
    int digits = 0;                 ///< of money

    [[nodiscard]] std::size_t rowsOn(std::size_t sheet) const
    {
        return std::min(perSheet, table->rows.size() - sheet * perSheet);
    }
    [[nodiscard]] std::size_t totalRow() const { return rowsOn(sheets.size() - 1) + 1; }
};

bool isWhole(const Column& column)
{
    return column.type == ColumnType::Integer;
}

std::vector<std::size_t> inexactColumns(const Table& table)
{
    std::vector<std::size_t> inexact;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const Column& column = table.columns[i];
        if (column.type != ColumnType::Integer && column.type != ColumnType::Money)
            continue;
        const bool rows =
            std::all_of(table.rows.begin(), table.rows.end(), [&](const std::vector<Cell>& row) {
                return carriedExactly(amountOf(row[i]).value_or(0), isWhole(column));
            });
        const bool total = !column.summed || !table.total || carriedExactly(sumOf(table, i), isWhole(column));
        if (!rows || !total)
            inexact.push_back(i);
    }
    return inexact;
}

std::string headText(const Column& column, const Currency& currency)
{
    return plainText(column.title) + (column.type == ColumnType::Money ? " (" + currency.code + ")" : "");
}

class Writer
{
public:
    Writer(XlsxBook& book, const Report& report, const XlsxOptions& options)
        : m_book(book)
        , m_report(report)
        , m_perSheet(std::clamp<std::size_t>(options.rowsPerSheet, 1, LXW_ROW_MAX - 2))
    {}

    Status run();

private:
    Status plan(const Table& table, const std::string& name, bool raw);
    void table(const TableSheets& plan);
    void heads(const TableSheets& plan, lxw_worksheet* sheet, std::size_t rows);
    void row(const TableSheets& plan, lxw_worksheet* sheet, std::size_t at, const std::vector<Cell>& cells);
    void share(const TableSheets& plan, lxw_worksheet* sheet, std::size_t at, std::size_t column,
               const Amount& amount);
    void total(const TableSheets& plan);
    [[nodiscard]] std::string sum(const TableSheets& plan, std::size_t column) const;
    lxw_format* look(const TableSheets& plan, std::size_t column, bool bold);
    void summary();
    void summaryFigures(std::size_t& at);
    void definitions();
    void sources();

    XlsxBook& m_book;
    const Report& m_report;
    std::size_t m_perSheet;
    lxw_worksheet* m_summary = nullptr;
    lxw_worksheet* m_definitions = nullptr;
    lxw_worksheet* m_sources = nullptr;
    std::vector<TableSheets> m_tables;
};

Status Writer::plan(const Table& table, const std::string& name, bool raw)
{
    const std::size_t sheets = std::max<std::size_t>(1, (table.rows.size() + m_perSheet - 1) / m_perSheet);
    if (sheets > MostSheets)
        return fail(Error::Kind::InvalidInput, "The table " + table.title + " is too long for a workbook.",
                    "Choose a shorter period, or write CSV.");
    if (table.columns.size() * 2 > MostColumns)
        return fail(Error::Kind::InvalidInput, "The table " + table.title + " is too wide for a workbook.");
    TableSheets made{
        &table, raw, m_perSheet, {}, inexactColumns(table), {}, shownDigits(table, m_report.currency)};
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        made.totals.push_back(sumOf(table, i));
    for (std::size_t i = 0; i < sheets; ++i)
        made.sheets.push_back(m_book.addSheet(name));
    m_tables.push_back(std::move(made));
    return {};
}

lxw_format* Writer::look(const TableSheets& plan, std::size_t column, bool bold)
{
    const Column& about = plan.table->columns[column];
    switch (about.type) {
    case ColumnType::Money:
        return m_book.format(Look::Money, plan.digits, plan.raw, bold);
    case ColumnType::Integer:
        return m_book.format(Look::Whole, 0, false, bold);
    case ColumnType::Percent:
        return m_book.format(Look::Percent, 0, false, bold);
    case ColumnType::Text:
    case ColumnType::Date:
        break;
    }
    return m_book.format(Look::Plain, 0, false, bold);
}

void Writer::heads(const TableSheets& plan, lxw_worksheet* sheet, std::size_t rows)
{
    const Table& table = *plan.table;
    const std::size_t columns = table.columns.size();
    constexpr double Least = 10;
    constexpr double Most = 60;
    constexpr std::size_t Sample = 1000;
    for (std::size_t i = 0; i < columns; ++i) {
        const bool text = table.columns[i].type == ColumnType::Text;
        // The unit behind an amount and a bold total need room beside the digits.
        double widest = text ? Least : 18;
        if (text) {
            for (std::size_t row = 0; row < std::min(Sample, table.rows.size()); ++row) {
                if (const auto* const cell = std::get_if<std::string>(&table.rows[row][i]))
                    widest = std::max(widest, 2.0 + static_cast<double>(codePointCount(plainText(*cell))));
            }
        }
        m_book.width(sheet, i, std::min(widest, Most));
        const bool left = text || table.columns[i].type == ColumnType::Date;
        m_book.text(sheet, 0, i, headText(table.columns[i], m_report.currency),
                    left ? Look::Head : Look::HeadRight);
    }
    for (std::size_t i = 0; i < plan.exact.size(); ++i) {
        m_book.width(sheet, columns + i, 32);
        m_book.text(sheet, 0, columns + i,
                    headText(table.columns[plan.exact[i]], m_report.currency) + ", exact", Look::HeadRight);
    }
    const auto last = static_cast<lxw_col_t>(columns + plan.exact.size() - 1);
    worksheet_freeze_panes(sheet, 1, 0);
    worksheet_autofilter(sheet, 0, 0, static_cast<lxw_row_t>(rows), last);
    worksheet_repeat_rows(sheet, 0, 0);
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 9);
    worksheet_fit_to_pages(sheet, 1, 0);
    worksheet_set_footer(sheet, "&L&A&RPage &P of &N");
}

void Writer::share(const TableSheets& plan, lxw_worksheet* sheet, std::size_t at, std::size_t column,
                   const Amount& amount)
{
    const std::size_t of = *plan.table->columns[column].shareOf;
    const Int128 total = plan.totals[of];
    const bool elsewhere = sheet != plan.sheets.back();
    const std::string whole =
        (elsewhere ? m_book.reference(plan.sheets.back()) : "") + cellName(plan.totalRow(), of);
    const std::string part = columnName(of) + std::to_string(at + 1);
    const std::string formula =
        "=IF(AND(ISNUMBER(" + part + ")," + whole + "<>0)," + part + "/" + whole + ",\"unknown\")";
    if (!amount || total == 0) {
        m_book.unknownFormula(sheet, at, column, formula);
        return;
    }
    const bool money = plan.table->columns[of].type == ColumnType::Money;
    m_book.formula(sheet, at, column, formula, nearest(*amount, !money) / nearest(total, !money),
                   look(plan, column, false));
}

void Writer::row(const TableSheets& plan, lxw_worksheet* sheet, std::size_t at,
                 const std::vector<Cell>& cells)
{
    const Table& table = *plan.table;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Column& column = table.columns[i];
        const Cell& cell = cells[i];
        if (column.shareOf)
            share(plan, sheet, at, i, amountOf(cells[*column.shareOf]));
        else if (const auto* const text = std::get_if<std::string>(&cell))
            m_book.text(sheet, at, i, *text);
        else if (const auto* const day = std::get_if<Day>(&cell))
            m_book.day(sheet, at, i, *day);
        else if (const auto* const fraction = std::get_if<Fraction>(&cell))
            m_book.number(sheet, at, i, fraction->value, look(plan, i, false));
        else if (const Amount amount = amountOf(cell))
            m_book.number(sheet, at, i, nearest(*amount, isWhole(column)), look(plan, i, false));
        else
            m_book.text(sheet, at, i, "unknown", Look::Unknown);
    }
    for (std::size_t i = 0; i < plan.exact.size(); ++i) {
        if (const Amount amount = amountOf(cells[plan.exact[i]]))
            m_book.text(sheet, at, cells.size() + i,
                        isWhole(table.columns[plan.exact[i]]) ? exactWhole(*amount) : exactText(*amount),
                        Look::Unknown);
    }
}

std::string Writer::sum(const TableSheets& plan, std::size_t column) const
{
    std::string ranges;
    const std::string name = columnName(column);
    for (std::size_t i = 0; i < plan.sheets.size(); ++i) {
        const bool elsewhere = i + 1 < plan.sheets.size();
        const std::size_t rows = plan.rowsOn(i);
        ranges += (ranges.empty() ? "" : ",") + (elsewhere ? m_book.reference(plan.sheets[i]) : "") + name;
        // Without rows the head stands for them, which a sum passes over.
        ranges += rows == 0 ? "1:" + name + "1" : "2:" + name + std::to_string(rows + 1);
    }
    return "=SUM(" + ranges + ")";
}

void Writer::total(const TableSheets& plan)
{
    const Table& table = *plan.table;
    lxw_worksheet* const sheet = plan.sheets.back();
    const std::size_t at = plan.totalRow();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const Column& column = table.columns[i];
        if (column.summed) {
            m_book.formula(sheet, at, i, sum(plan, i), nearest(plan.totals[i], isWhole(column)),
                           look(plan, i, true));
        } else if (column.shareOf && plan.totals[*column.shareOf] != 0) {
            const std::string whole = cellName(at, *column.shareOf);
            m_book.formula(sheet, at, i, "=IF(" + whole + "<>0," + whole + "/" + whole + ",\"unknown\")", 1,
                           look(plan, i, true));
        } else if (const auto* const text = std::get_if<std::string>(&(*table.total)[i])) {
            m_book.text(sheet, at, i, *text, Look::Bold);
        }
    }
    for (std::size_t i = 0; i < plan.exact.size(); ++i) {
        const Column& column = table.columns[plan.exact[i]];
        if (column.summed)
            m_book.text(sheet, at, table.columns.size() + i,
                        isWhole(column) ? exactWhole(plan.totals[plan.exact[i]])
                                        : exactText(plan.totals[plan.exact[i]]),
                        Look::Unknown);
    }
}

void Writer::table(const TableSheets& plan)
{
    const Table& table = *plan.table;
    for (std::size_t i = 0; i < plan.sheets.size(); ++i) {
        const std::size_t rows = plan.rowsOn(i);
        heads(plan, plan.sheets[i], rows);
        for (std::size_t row = 0; row < rows; ++row)
            this->row(plan, plan.sheets[i], row + 1, table.rows[i * plan.perSheet + row]);
    }
    if (table.total)
        total(plan);
}

void Writer::summaryFigures(std::size_t& at)
{
    for (const Figure& figure : m_report.figures) {
        m_book.text(m_summary, at, 0, figure.label, Look::Bold);
        const auto plan = std::find_if(m_tables.begin(), m_tables.end(), [&figure](const TableSheets& each) {
            return figure.of && !each.raw && each.table->id == figure.of->table;
        });
        if (plan == m_tables.end()) {
            m_book.text(m_summary, at, 1, figure.text.empty() ? "unknown" : figure.text);
        } else {
            const std::size_t column = figure.of->column;
            m_book.formula(m_summary, at, 1,
                           "=" + m_book.reference(plan->sheets.back()) + cellName(plan->totalRow(), column),
                           nearest(plan->totals[column], isWhole(plan->table->columns[column])),
                           look(*plan, column, false));
        }
        m_book.text(m_summary, at, 2, figure.note, Look::Muted);
        ++at;
    }
}

void Writer::summary()
{
    m_book.width(m_summary, 0, 30);
    m_book.width(m_summary, 1, 44);
    m_book.width(m_summary, 2, 60);
    m_book.text(m_summary, 0, 0, m_report.title, Look::Title);
    std::size_t at = 1;
    const auto line = [&](const char* label, const std::string& value) {
        m_book.text(m_summary, at, 0, label, Look::Bold);
        m_book.text(m_summary, at++, 1, value, Look::Wrapped);
    };
    line("Company", m_report.company);
    m_book.text(m_summary, at, 0, "First day", Look::Bold);
    m_book.day(m_summary, at++, 1, m_report.period.first);
    m_book.text(m_summary, at, 0, "Last day", Look::Bold);
    m_book.day(m_summary, at++, 1, m_report.period.last);
    line("Time zone", m_report.period.zone);
    line("As of", momentText(m_report.asOf));
    line("Currency", m_report.currency.code);
    for (const std::string& note : m_report.notes)
        line("Note", note);
    line("Completeness", m_report.completeness.empty() ? "Not known." : m_report.completeness);
    ++at;
    summaryFigures(at);
    ++at;
    for (const TableSheets& plan : m_tables) {
        for (const std::string& note : unknownNotes(*plan.table))
            line("Unknown", plainText(plan.table->title) + ": " + note);
    }
}

void Writer::definitions()
{
    m_book.width(m_definitions, 0, 30);
    m_book.width(m_definitions, 1, 100);
    m_book.text(m_definitions, 0, 0, "Term", Look::Head);
    m_book.text(m_definitions, 0, 1, "Meaning", Look::Head);
    std::size_t at = 1;
    for (const Definition& definition : m_report.definitions) {
        m_book.text(m_definitions, at, 0, definition.term, Look::Wrapped);
        m_book.text(m_definitions, at++, 1, definition.text, Look::Wrapped);
    }
    m_book.text(m_definitions, at, 0, "Exact amounts", Look::Wrapped);
    m_book.text(
        m_definitions, at, 1,
        "A spreadsheet's numbers have 15 significant digits. Where a column holds an amount with more, "
        "a column named \"…, exact\" beside it has every digit as text. The CSV file is always exact.",
        Look::Wrapped);
    worksheet_freeze_panes(m_definitions, 1, 0);
}

void Writer::sources()
{
    constexpr std::size_t Columns = 4;
    const std::array<const char*, Columns> heads{"Source", "Range", "Age", "Query (KQL)"};
    const std::array<double, Columns> widths{36, 36, 18, 100};
    for (std::size_t i = 0; i < Columns; ++i) {
        m_book.width(m_sources, i, widths.at(i));
        m_book.text(m_sources, 0, i, heads.at(i), Look::Head);
    }
    std::size_t at = 1;
    for (const Source& source : m_report.sources) {
        m_book.text(m_sources, at, 0, source.name, Look::Wrapped);
        m_book.text(m_sources, at, 1, source.range, Look::Wrapped);
        m_book.text(m_sources, at, 2, source.age, Look::Wrapped);
        m_book.text(m_sources, at++, 3, source.query, Look::Code);
    }
    worksheet_freeze_panes(m_sources, 1, 0);
}

Status Writer::run()
{
    m_summary = m_book.addSheet("Summary");
    for (const Table& each : m_report.tables) {
        if (const Status planned = plan(each, each.title, false); !planned)
            return planned;
    }
    if (m_report.rows) {
        if (const Status planned = plan(*m_report.rows, "Rows", true); !planned)
            return planned;
    }
    m_definitions = m_book.addSheet("Definitions");
    m_sources = m_book.addSheet("Sources");
    if (!m_book.good())
        return m_book.close();
    for (const TableSheets& each : m_tables)
        table(each);
    summary();
    definitions();
    sources();
    return {};
}

} // namespace

bool carriedExactly(Int128 value, bool whole)
{
    std::string digits = whole ? exactWhole(value) : exactText(value);
    digits.erase(std::remove_if(digits.begin(), digits.end(), [](char c) { return c < '0' || c > '9'; }),
                 digits.end());
    digits.erase(0, digits.find_first_not_of('0'));
    digits.erase(digits.find_last_not_of('0') + 1);
    return digits.size() <= SignificantDigits;
}

Result<std::string> xlsxReport(const Report& report, const XlsxOptions& options)
{
    if (const Status good = check(report); !good)
        return fail(good.error());
    const QTemporaryDir directory;
    if (!directory.isValid())
        return fail(Error::Kind::Storage, "There is no room for temporary files.",
                    "Check the system's directory for them.");
    const std::string file = directory.filePath(QStringLiteral("report.xlsx")).toStdString();
    {
        XlsxBook book(file, directory.path().toStdString(), report);
        if (const Status written = Writer(book, report, options).run(); !written)
            return fail(written.error());
        if (const Status closed = book.close(); !closed)
            return fail(closed.error());
    }
    return readFile(file, MostBytes);
}

} // namespace gatehouse::report
