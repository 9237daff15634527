// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/csvreport.h"

#include "core/report/shown.h"
#include "core/table/tabletext.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace gatehouse::report {

namespace {

constexpr const char* LineEnd = "\r\n";

std::string headOf(const Column& column, const Currency& currency)
{
    return column.type == ColumnType::Money ? column.title + " (" + currency.code + ")" : column.title;
}

std::string fractionText(double value)
{
    if (!std::isfinite(value))
        return "";
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return end.ec == std::errc() ? std::string(buffer.data(), end.ptr) : "";
}

std::string textCell(const std::string& text)
{
    return csvCell(plainText(text, true), false);
}

std::string cellText(const Cell& cell, ColumnType type)
{
    if (const auto* const text = std::get_if<std::string>(&cell))
        return textCell(*text);
    if (const auto* const fraction = std::get_if<Fraction>(&cell))
        return fractionText(fraction->value);
    if (const auto* const day = std::get_if<Day>(&cell))
        return isoDay(*day);
    if (const Amount amount = amountOf(cell))
        return type == ColumnType::Money ? exactText(*amount) : exactWhole(*amount);
    return "";
}

/// Writes the cells of rows; knows each total, so that a share needs no second pass.
class RowTexts
{
public:
    explicit RowTexts(const Table& table)
        : m_table(table)
    {
        for (const Column& column : table.columns)
            m_totals.push_back(column.shareOf ? sumOf(table, *column.shareOf) : 0);
    }

    [[nodiscard]] std::string at(std::size_t row, std::size_t column) const
    {
        const Column& about = m_table.columns[column];
        if (!about.shareOf)
            return cellText(m_table.rows[row][column], about.type);
        const Amount amount = amountOf(m_table.rows[row][*about.shareOf]);
        return amount && m_totals[column] != 0 ? shareText(*amount, m_totals[column]) : "";
    }

private:
    const Table& m_table;
    std::vector<Int128> m_totals;
};

/// The columns of several tables, each title once.
class Union
{
public:
    std::size_t place(const std::string& head)
    {
        const auto found = std::find(m_heads.begin(), m_heads.end(), head);
        if (found != m_heads.end())
            return static_cast<std::size_t>(found - m_heads.begin());
        m_heads.push_back(head);
        return m_heads.size() - 1;
    }

    [[nodiscard]] const std::vector<std::string>& heads() const { return m_heads; }

private:
    std::vector<std::string> m_heads;
};

struct Part
{
    const Table* table = nullptr;
    std::string page;
    std::vector<std::size_t> places; ///< of its columns in the union
};

std::vector<Part> partsOf(const Report& report)
{
    std::vector<Part> parts;
    for (const Table& table : report.tables)
        parts.push_back({&table, "", {}});
    for (const Page& page : report.pages) {
        for (const Table& table : page.tables)
            parts.push_back({&table, page.title, {}});
    }
    if (report.rows)
        parts.push_back({&*report.rows, "", {}});
    return parts;
}

void appendLine(std::string& out, const std::vector<std::string>& cells)
{
    for (std::size_t i = 0; i < cells.size(); ++i) {
        out += i == 0 ? "" : ",";
        out += cells[i];
    }
    out += LineEnd;
}

/// What the report says of itself, as cells: item, value and note.
std::vector<std::array<std::string, 3>> aboutLines(const Report& report)
{
    std::vector<std::array<std::string, 3>> lines{
        {"Title", textCell(report.title), ""},           {"Company", textCell(report.company), ""},
        {"First day", isoDay(report.period.first), ""},  {"Last day", isoDay(report.period.last), ""},
        {"Time zone", textCell(report.period.zone), ""}, {"As of", formatDateTime(report.asOf), ""},
        {"Currency", report.currency.code, ""},          {"Completeness", textCell(report.completeness), ""},
    };
    for (const std::string& note : report.notes)
        lines.push_back({"Note", textCell(note), ""});
    for (const Figure& figure : report.figures) {
        std::string value = textCell(figure.text);
        if (const Table* const table = figure.of ? findTable(report.tables, figure.of->table) : nullptr)
            value = cellText((*table->total)[figure.of->column], table->columns[figure.of->column].type);
        lines.push_back({textCell(figure.label), value, textCell(figure.note)});
    }
    return lines;
}

} // namespace

Result<std::string> csvTable(const Report& report, const std::string& id)
{
    if (const Status good = check(report); !good)
        return fail(good.error());
    const Table* table = findTable(report.tables, id);
    if (table == nullptr && report.rows && report.rows->id == id)
        table = &*report.rows;
    if (table == nullptr)
        return fail(Error::Kind::NotFound, "The report has no table \"" + id + "\".");
    std::string out;
    std::vector<std::string> cells;
    for (const Column& column : table->columns)
        cells.push_back(textCell(headOf(column, report.currency)));
    appendLine(out, cells);
    const RowTexts texts(*table);
    for (std::size_t row = 0; row < table->rows.size(); ++row) {
        for (std::size_t i = 0; i < table->columns.size(); ++i)
            cells[i] = texts.at(row, i);
        appendLine(out, cells);
    }
    return out;
}

Result<std::string> csvReport(const Report& report)
{
    if (const Status good = check(report); !good)
        return fail(good.error());
    Union columns;
    for (const char* const head : {"Table", "Page", "Item", "Value", "Note"})
        columns.place(head);
    std::vector<Part> parts = partsOf(report);
    for (Part& part : parts) {
        // Two columns of one table keep a place each, whatever their titles are.
        for (const Column& column : part.table->columns) {
            std::string head = headOf(column, report.currency);
            std::size_t place = columns.place(head);
            while (place < 2 || std::find(part.places.begin(), part.places.end(), place) != part.places.end())
                place = columns.place(head += " (2)");
            part.places.push_back(place);
        }
    }
    std::string out;
    std::vector<std::string> cells;
    for (const std::string& head : columns.heads())
        cells.push_back(textCell(head));
    appendLine(out, cells);
    for (const auto& [item, value, note] : aboutLines(report)) {
        cells.assign(columns.heads().size(), "");
        cells[0] = "report";
        cells[2] = item;
        cells[3] = value;
        cells[4] = note;
        appendLine(out, cells);
    }
    for (const Part& part : parts) {
        const RowTexts texts(*part.table);
        for (std::size_t row = 0; row < part.table->rows.size(); ++row) {
            cells.assign(columns.heads().size(), "");
            cells[0] = textCell(part.table->id);
            cells[1] = textCell(part.page);
            for (std::size_t i = 0; i < part.places.size(); ++i)
                cells[part.places[i]] = texts.at(row, i);
            appendLine(out, cells);
        }
    }
    return out;
}

} // namespace gatehouse::report
