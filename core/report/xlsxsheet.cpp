// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/xlsxsheet.h"

#include "core/base/utf8.h"
#include "core/report/shown.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <clocale>
#if defined(__APPLE__)
#include <xlocale.h>
#endif
#endif

namespace gatehouse::report {

namespace {

constexpr std::size_t LongestText = 16'000; ///< characters; a cell holds 32,767 UTF-16 units
constexpr std::size_t LongestName = 31;
constexpr std::int64_t ExcelEpoch = 25'569; ///< the serial number of 1970-01-01
constexpr lxw_color_t HeadFill = 0xF6F7F9;
constexpr lxw_color_t MutedInk = 0x5A6572;

/// The first `most` characters of well-formed text.
std::string cut(const std::string& text, std::size_t most)
{
    std::size_t at = 0;
    for (std::size_t seen = 0; at < text.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
        if (begins && seen++ == most)
            break;
    }
    return text.substr(0, at);
}

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

} // namespace

#if defined(__unix__) || defined(__APPLE__)
/// The library writes numbers with printf, which follows the desktop's language on this thread.
class XlsxBook::PointLocale
{
public:
    PointLocale()
        : m_own(newlocale(LC_ALL_MASK, "C", nullptr))
        , m_before(m_own == nullptr ? nullptr : uselocale(m_own))
    {}
    ~PointLocale()
    {
        if (m_own == nullptr)
            return;
        uselocale(m_before);
        freelocale(m_own);
    }
    PointLocale(const PointLocale&) = delete;
    PointLocale& operator=(const PointLocale&) = delete;

private:
    locale_t m_own;
    locale_t m_before;
};
#else
class XlsxBook::PointLocale
{};
#endif

std::string columnName(std::size_t column)
{
    std::string name;
    for (std::size_t left = column + 1; left > 0; left = (left - 1) / 26)
        name.insert(name.begin(), static_cast<char>('A' + (left - 1) % 26));
    return name;
}

std::string cellName(std::size_t row, std::size_t column)
{
    return "$" + columnName(column) + "$" + std::to_string(row + 1);
}

double nearest(Int128 value, bool whole)
{
    const std::string text = whole ? exactWhole(value) : exactText(value);
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

XlsxBook::XlsxBook(const std::string& file, const std::string& temporary, const Report& report)
    : m_locale(std::make_unique<PointLocale>())
    , m_currency(report.currency.code)
{
    std::string directory = temporary; // the library takes a pointer to what it does not change
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = directory.data();
    options.use_zip64 = LXW_FALSE;
    m_book = workbook_new_opt(file.c_str(), &options);
    std::string title = plainText(report.title);
    std::string company = plainText(report.company);
    std::string comments = "As of " + momentText(report.asOf);
    for (const std::string& note : report.notes)
        comments += ". " + plainText(note);
    comments = cut(comments, 200);
    title = cut(title, 200);
    company = cut(company, 200);
    std::string author = "Gatehouse";
    lxw_doc_properties properties{};
    properties.title = title.data();
    properties.company = company.data();
    properties.author = author.data();
    properties.comments = comments.data();
    properties.created = static_cast<time_t>(report.asOf.unixSeconds());
    keep(m_book == nullptr ? LXW_ERROR_CREATING_TMPFILE : workbook_set_properties(m_book, &properties));
}

XlsxBook::~XlsxBook()
{
    if (m_book != nullptr)
        (void)workbook_close(m_book);
}

void XlsxBook::keep(lxw_error error)
{
    if (m_error == LXW_NO_ERROR)
        m_error = error;
}

std::string XlsxBook::freeName(const std::string& name) const
{
    std::string base;
    for (const char c : plainText(name))
        base += std::string("[]:*?/\\'").find(c) == std::string::npos ? c : ' ';
    base.erase(0, base.find_first_not_of(' '));
    base = cut(base, LongestName);
    base.erase(base.find_last_not_of(' ') + 1);
    // Excel keeps the name History for itself.
    if (base.empty() || lowered(base) == "history")
        base = "Sheet";
    std::string free = base;
    for (int i = 2; m_taken.contains(lowered(free)); ++i) {
        const std::string suffix = " " + std::to_string(i);
        free = cut(base, LongestName - suffix.size()) + suffix;
    }
    return free;
}

lxw_worksheet* XlsxBook::addSheet(const std::string& name)
{
    if (!good())
        return nullptr;
    const std::string free = freeName(name);
    m_taken.insert(lowered(free));
    lxw_worksheet* const sheet = workbook_add_worksheet(m_book, free.c_str());
    if (sheet == nullptr)
        keep(LXW_ERROR_CREATING_TMPFILE);
    m_names[sheet] = free;
    return sheet;
}

std::string XlsxBook::reference(lxw_worksheet* sheet) const
{
    return "'" + m_names.at(sheet) + "'!";
}

lxw_format* XlsxBook::format(Look look, int digits, bool more, bool bold)
{
    lxw_format*& made = m_formats[static_cast<int>(look) * 64 + digits * 4 + (more ? 2 : 0) + (bold ? 1 : 0)];
    if (made != nullptr)
        return made;
    made = workbook_add_format(m_book);
    format_set_align(made, LXW_ALIGN_VERTICAL_TOP);
    if (bold) {
        format_set_bold(made);
        format_set_top(made, LXW_BORDER_THIN);
    }
    switch (look) {
    case Look::Plain:
        break;
    case Look::Wrapped:
        format_set_text_wrap(made);
        break;
    case Look::Title:
        format_set_bold(made);
        format_set_font_size(made, 16);
        break;
    case Look::Head:
    case Look::HeadRight:
        format_set_bold(made);
        format_set_bg_color(made, HeadFill);
        format_set_bottom(made, LXW_BORDER_THIN);
        format_set_text_wrap(made);
        if (look == Look::HeadRight)
            format_set_align(made, LXW_ALIGN_RIGHT);
        break;
    case Look::Muted:
        format_set_font_color(made, MutedInk);
        break;
    case Look::Unknown:
        format_set_font_color(made, MutedInk);
        format_set_align(made, LXW_ALIGN_RIGHT);
        break;
    case Look::Code:
        format_set_font_name(made, "Consolas");
        format_set_font_size(made, 9);
        format_set_text_wrap(made);
        break;
    case Look::Bold:
        format_set_bold(made);
        break;
    case Look::Money: {
        std::string pattern = "#,##0";
        if (digits > 0 || more)
            pattern += "." + std::string(static_cast<std::size_t>(digits), '0');
        if (more)
            pattern += std::string(static_cast<std::size_t>(12 - digits), '#');
        format_set_num_format(made, (pattern + "\\ [$" + m_currency + "]").c_str());
        break;
    }
    case Look::Whole:
        format_set_num_format(made, "#,##0");
        break;
    case Look::Percent:
        format_set_num_format(made, "0.0%");
        break;
    case Look::Date:
        format_set_num_format(made, "yyyy-mm-dd");
        format_set_align(made, LXW_ALIGN_LEFT);
        break;
    }
    return made;
}

void XlsxBook::text(lxw_worksheet* sheet, std::size_t row, std::size_t column, const std::string& value,
                    Look look)
{
    std::string plain = plainText(value, true);
    const std::string shown = cut(plain, LongestText);
    if (shown.size() < plain.size())
        plain = shown + " … (cut)";
    keep(worksheet_write_string(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column),
                                plain.c_str(), look == Look::Plain ? nullptr : format(look)));
}

void XlsxBook::number(lxw_worksheet* sheet, std::size_t row, std::size_t column, double value,
                      lxw_format* look)
{
    keep(worksheet_write_number(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column), value,
                                look));
}

void XlsxBook::formula(lxw_worksheet* sheet, std::size_t row, std::size_t column, const std::string& formula,
                       double value, lxw_format* look)
{
    keep(worksheet_write_formula_num(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column),
                                     formula.c_str(), look, value));
}

void XlsxBook::unknownFormula(lxw_worksheet* sheet, std::size_t row, std::size_t column,
                              const std::string& formula)
{
    keep(worksheet_write_formula_str(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column),
                                     formula.c_str(), format(Look::Unknown), "unknown"));
}

void XlsxBook::day(lxw_worksheet* sheet, std::size_t row, std::size_t column, Day day)
{
    const std::int64_t serial = day.time_since_epoch().count() + ExcelEpoch;
    // Before March 1900 spreadsheets count a day that never was.
    if (serial <= 60)
        text(sheet, row, column, isoDay(day));
    else
        number(sheet, row, column, static_cast<double>(serial), format(Look::Date));
}

void XlsxBook::width(lxw_worksheet* sheet, std::size_t column, double characters)
{
    keep(worksheet_set_column(sheet, static_cast<lxw_col_t>(column), static_cast<lxw_col_t>(column),
                              characters, nullptr));
}

Status XlsxBook::close()
{
    if (lxw_workbook* const book = std::exchange(m_book, nullptr); book != nullptr)
        keep(workbook_close(book));
    switch (m_error) {
    case LXW_NO_ERROR:
        return {};
    case LXW_ERROR_CREATING_XLSX_FILE:
    case LXW_ERROR_CREATING_TMPFILE:
    case LXW_ERROR_READING_TMPFILE:
    case LXW_ERROR_ZIP_FILE_OPERATION:
    case LXW_ERROR_ZIP_FILE_ADD:
    case LXW_ERROR_ZIP_CLOSE:
        return fail(Error::Kind::Storage, "The workbook could not be written.",
                    "Check that the disk has room for it.");
    default:
        return fail(Error::Kind::Internal,
                    std::string("The workbook could not be made: ") + lxw_strerror(m_error) + ".");
    }
}

} // namespace gatehouse::report
