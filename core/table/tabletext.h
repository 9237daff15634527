// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

enum class TableFormat : std::uint8_t { Csv, Tsv, JsonText, Markdown, Datatable };

/// Writes a table as text, row by row, so that a file of any length can be written and stopped. One writer
/// for the command line, the clipboard and files: the same rows are the same bytes everywhere. Values are
/// exact, in the forms of the wire (contracts §2.2). What a spreadsheet would take for a formula gets an
/// apostrophe in front in CSV and TSV. The table must outlive the writer.
class TableWriter
{
public:
    /// columns: which ones, in this order; empty: all.
    TableWriter(const Table& table, TableFormat format, std::vector<std::size_t> columns = {});

    void begin(std::string& out) const;
    void row(std::string& out, std::size_t row);
    void end(std::string& out) const;

private:
    void appendCell(std::string& out, const Column& column, std::size_t row) const;

    const Table& m_table;
    TableFormat m_format;
    std::vector<std::size_t> m_columns;
    bool m_first = true;
};

/// Everything at once. rows: which ones, in this order; empty optional: all.
[[nodiscard]] std::string tableText(const Table& table, TableFormat format,
                                    const std::optional<std::vector<std::uint32_t>>& rows = std::nullopt,
                                    std::vector<std::size_t> columns = {});

/// RFC 4180 quoting; what a spreadsheet would take for a formula gets an apostrophe in front. Numbers stay
/// numbers.
[[nodiscard]] std::string csvCell(std::string_view text, bool isNumber);
/// The text of a cell that was read, without the apostrophe that csvCell put in front of it.
[[nodiscard]] std::string withoutFormulaGuard(std::string text);

/// Int, Long, Real, Decimal.
[[nodiscard]] bool isNumeric(ColumnType type);

/// The value as a KQL literal of its column's type: long(null), datetime(2026-06-01T08:00:00Z), "a \"b\"".
[[nodiscard]] std::string kqlLiteral(const Column& column, std::size_t row);
/// A name as KQL reads it: Tokens, ['a b'].
[[nodiscard]] std::string kqlName(std::string_view name);

/// A cell of a table.
struct CellPlace
{
    std::size_t column = 0;
    std::uint32_t row = 0;
};

/// The filter that keeps the rows with these values (or those without them): | where Service == "a"; several
/// values of a column are `in (…)`, several columns are joined with `and`. "" for no cell.
[[nodiscard]] std::string kqlWhere(const Table& table, const std::vector<CellPlace>& cells, bool exclude);

} // namespace gatehouse
