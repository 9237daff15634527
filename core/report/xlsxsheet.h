// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/reportvalue.h"

#include <xlsxwriter.h>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace gatehouse::report {

/// How a cell looks.
enum class Look : std::uint8_t {
    Plain,
    Wrapped,
    Title,
    Head,
    HeadRight,
    Muted,
    Unknown,
    Code,
    Bold,
    Money,
    Whole,
    Percent,
    Date
};

/// A workbook that is being written to a file; rows of a sheet go in ascending order, sheets in any. The
/// first error of the library is kept and answered by close(). While one lives, its thread writes numbers
/// with a decimal point, whatever the desktop's language is. Owns the workbook; on one thread.
class XlsxBook
{
public:
    XlsxBook(const std::string& file, const std::string& temporary, const Report& report);
    ~XlsxBook();
    XlsxBook(const XlsxBook&) = delete;
    XlsxBook& operator=(const XlsxBook&) = delete;

    /// A sheet with that name, made fit and unlike the others.
    lxw_worksheet* addSheet(const std::string& name);
    /// The sheet's name as formulas write it: 'By service'.
    [[nodiscard]] std::string reference(lxw_worksheet* sheet) const;

    /// digits: of money, behind the point; more: up to twelve where an amount has them.
    lxw_format* format(Look look, int digits = 0, bool more = false, bool bold = false);

    void text(lxw_worksheet* sheet, std::size_t row, std::size_t column, const std::string& value,
              Look look = Look::Plain);
    void number(lxw_worksheet* sheet, std::size_t row, std::size_t column, double value, lxw_format* look);
    void formula(lxw_worksheet* sheet, std::size_t row, std::size_t column, const std::string& formula,
                 double value, lxw_format* look);
    void unknownFormula(lxw_worksheet* sheet, std::size_t row, std::size_t column,
                        const std::string& formula);
    void day(lxw_worksheet* sheet, std::size_t row, std::size_t column, Day day);
    void width(lxw_worksheet* sheet, std::size_t column, double characters);

    /// False once something went wrong; then no sheet may be written to any more.
    [[nodiscard]] bool good() const { return m_book != nullptr && m_error == LXW_NO_ERROR; }
    /// Finishes the file. Storage where it could not be written, else Internal.
    [[nodiscard]] Status close();

private:
    class PointLocale;

    void keep(lxw_error error);
    [[nodiscard]] std::string freeName(const std::string& name) const;

    std::unique_ptr<PointLocale> m_locale;
    lxw_workbook* m_book = nullptr;
    std::string m_currency;
    std::set<std::string> m_taken; ///< in lower case
    std::map<lxw_worksheet*, std::string> m_names;
    std::map<int, lxw_format*> m_formats;
    lxw_error m_error = LXW_NO_ERROR;
};

/// "A", "Z", "AA"
[[nodiscard]] std::string columnName(std::size_t column);
/// "$C$44" of places that count from 0.
[[nodiscard]] std::string cellName(std::size_t row, std::size_t column);
/// The nearest double.
[[nodiscard]] double nearest(Int128 value, bool whole);

} // namespace gatehouse::report
