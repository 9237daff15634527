// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/reportvalue.h"

#include <string>
#include <string_view>
#include <vector>

/// How a report's values are written: on paper rounded and grouped, in files exact. English and free of the
/// system's locale, so that the same report is the same text everywhere.
namespace gatehouse::report {

/// "–"
[[nodiscard]] std::string unknownText();

/// All digits: "-1234.5", at least `digits` places behind the point.
[[nodiscard]] std::string exactText(Int128 pico, int digits = 0);
[[nodiscard]] std::string exactWhole(Int128 value);

/// amount ÷ total (not 0) with six places: "0.250000".
[[nodiscard]] std::string shareText(Int128 amount, Int128 total);

/// Parts ÷ divisor (> 0), each rounded up or down so that they sum to their sum ÷ divisor, which is rounded
/// half away from zero. The steps that are over go to the largest remainders, of equal ones to the first.
[[nodiscard]] std::vector<Int128> roundedParts(const std::vector<Int128>& parts, Int128 divisor);

/// A whole number of 10^-digits, grouped by narrow spaces: (1234567, 2) is "12 345.67".
[[nodiscard]] std::string groupedText(Int128 value, int digits);
/// The digits that money is shown with beside such a total: the currency's, and four more where the total is
/// less than one unit of it.
[[nodiscard]] int shownDigits(const Currency& currency, Int128 total);
/// "12 345.67 USD"; rounds half away from zero.
[[nodiscard]] std::string moneyText(Int128 pico, const Currency& currency);
/// The same with digits that others beside it have too.
[[nodiscard]] std::string moneyText(Int128 pico, const Currency& currency, int digits);
/// The digits that all money of a table is shown with: those beside the largest of its totals.
[[nodiscard]] int shownDigits(const Table& table, const Currency& currency);
/// An amount of a chart or figure with its unit: "12 345.67 USD", "1 200 tokens".
[[nodiscard]] std::string measureText(Int128 value, const Measure& measure, const Currency& currency);
/// For axes, without the unit: "1.5 M", "500 k", "0.02".
[[nodiscard]] std::string tickText(double value);

/// "26 Nov 2026"
[[nodiscard]] std::string dayText(Day day);
/// "26 Nov"
[[nodiscard]] std::string shortDayText(Day day);
/// "Nov 2026"
[[nodiscard]] std::string monthText(Day day);
/// "1 Nov 2026 – 26 Nov 2026 (Europe/Zurich)"
[[nodiscard]] std::string periodText(const Period& period);
/// "26 Nov 2026, 14:21 UTC"
[[nodiscard]] std::string momentText(DateTime moment);
/// "2026-11-26"
[[nodiscard]] std::string isoDay(Day day);

/// Text from outside on one line: well-formed, without control characters and without marks that turn the
/// direction of what follows. keepLines leaves \n in.
[[nodiscard]] std::string plainText(std::string_view text, bool keepLines = false);

/// The same for a name, which is never shown as nothing: "(no name)".
[[nodiscard]] std::string plainName(std::string_view text);

/// A column as paper shows it: one text a row, then the total row's (empty without one). Shown parts sum to
/// the shown total; shares sum to 100.0 %.
[[nodiscard]] std::vector<std::string> shownColumn(const Table& table, std::size_t column,
                                                   const Currency& currency);
/// What a figure says: its own text, or the total that it stands for.
[[nodiscard]] std::string figureText(const Figure& figure, const std::vector<Table>& tables,
                                     const Currency& currency);
/// "Cost, Before: 3 rows are unknown (–) and in no sum.", one sentence for all columns with as many.
[[nodiscard]] std::vector<std::string> unknownNotes(const Table& table);

} // namespace gatehouse::report
