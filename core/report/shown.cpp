// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/shown.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <numeric>

namespace gatehouse::report {

namespace {

constexpr std::string_view NarrowSpace = "\xE2\x80\xAF"; // U+202F, does not break
constexpr int PicoDigits = 12;

constexpr std::array<const char*, 12> Months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

Int128 magnitude(Int128 value)
{
    return value < 0 ? -value : value;
}

Int128 floorDiv(Int128 value, Int128 divisor)
{
    const Int128 quotient = value / divisor;
    return value % divisor < 0 ? quotient - 1 : quotient;
}

Int128 roundedDiv(Int128 value, Int128 divisor)
{
    const Int128 rounded = (magnitude(value) + divisor / 2) / divisor;
    return value < 0 ? -rounded : rounded;
}

std::string decimalText(Int128 value, int digits, std::string_view separator)
{
    std::string text = exactWhole(magnitude(value));
    const auto places = static_cast<std::size_t>(digits);
    if (text.size() <= places)
        text.insert(0, places + 1 - text.size(), '0');
    const std::string fraction = text.substr(text.size() - places);
    text.resize(text.size() - places);
    std::string grouped;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > 0 && (text.size() - i) % 3 == 0)
            grouped += separator;
        grouped += text[i];
    }
    if (places > 0)
        grouped += "." + fraction;
    return (value < 0 ? "-" : "") + grouped;
}

std::string twoDigits(unsigned value)
{
    return (value < 10 ? "0" : "") + std::to_string(value);
}

/// Marks that embed, override or isolate a direction: U+200E/F, U+202A–E, U+2066–9, U+061C.
bool isDirectionMark(std::string_view text, std::size_t at, std::size_t& length)
{
    length = 3;
    const std::string_view three = text.substr(at, 3);
    if (three.size() == 3 && three[0] == '\xE2') {
        const auto second = static_cast<unsigned char>(three[1]);
        const auto third = static_cast<unsigned char>(three[2]);
        if (second == 0x80)
            return third == 0x8E || third == 0x8F || (third >= 0xAA && third <= 0xAE);
        return second == 0x81 && third >= 0xA6 && third <= 0xA9;
    }
    length = 2;
    return text.substr(at, 2) == "\xD8\x9C";
}

/// U+0085, U+2028 and U+2029 end lines, the C1 controls are none of a name's business, and XML forbids U+FFFE
/// and U+FFFF.
bool isLateControl(std::string_view text, std::size_t at, std::size_t& length)
{
    length = 2;
    if (text[at] == '\xC2' && at + 1 < text.size())
        return static_cast<unsigned char>(text[at + 1]) < 0xA0;
    length = 3;
    const std::string_view three = text.substr(at, 3);
    return three == "\xE2\x80\xA8" || three == "\xE2\x80\xA9" || three == "\xEF\xBF\xBE" ||
           three == "\xEF\xBF\xBF";
}

std::string percentText(Int128 permille)
{
    return groupedText(permille, 1) + std::string(NarrowSpace) + "%";
}

} // namespace

std::string unknownText()
{
    return "\xE2\x80\x93";
}

std::string exactWhole(Int128 value)
{
    // The smallest value has no positive twin, so digits are taken from the negative side.
    std::string text;
    do {
        text += static_cast<char>('0' + static_cast<int>(magnitude(value % 10)));
        if (value < 0 && value / 10 == 0)
            text += '-';
        value /= 10;
    } while (value != 0);
    std::reverse(text.begin(), text.end());
    return text;
}

std::string exactText(Int128 pico, int digits)
{
    std::string text = decimalText(pico, PicoDigits, "");
    const std::size_t point = text.find('.');
    const std::size_t least = digits == 0 ? point : point + 1 + static_cast<std::size_t>(digits);
    while (text.size() > least && (text.back() == '0' || text.back() == '.'))
        text.pop_back();
    return text;
}

std::string shareText(Int128 amount, Int128 total)
{
    constexpr int Places = 6;
    const Int128 scaled = (total < 0 ? -amount : amount) * tenTo(Places);
    return decimalText(roundedDiv(scaled, magnitude(total)), Places, "");
}

std::vector<Int128> roundedParts(const std::vector<Int128>& parts, Int128 divisor)
{
    std::vector<Int128> shown;
    Int128 sum = 0;
    Int128 left = 0;
    for (const Int128 part : parts) {
        shown.push_back(floorDiv(part, divisor));
        sum += part;
        left -= shown.back();
    }
    left += roundedDiv(sum, divisor);
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto remainder = [&](std::size_t i) { return parts[i] - shown[i] * divisor; };
    std::vector<Int128> remainders;
    for (std::size_t i = 0; i < parts.size(); ++i)
        remainders.push_back(remainder(i));
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
    for (std::size_t i = 0; left > 0 && i < order.size(); ++i, --left)
        ++shown[order[i]];
    return shown;
}

std::string groupedText(Int128 value, int digits)
{
    return decimalText(value, digits, NarrowSpace);
}

int shownDigits(const Currency& currency, Int128 total)
{
    const bool small = total != 0 && magnitude(total) < tenTo(PicoDigits);
    return small ? std::min(currency.digits + 4, PicoDigits) : currency.digits;
}

int shownDigits(const Table& table, const Currency& currency)
{
    Int128 largest = 0;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].type == ColumnType::Money)
            largest = std::max(largest, magnitude(sumOf(table, i)));
    }
    return shownDigits(currency, largest);
}

std::string moneyText(Int128 pico, const Currency& currency)
{
    return moneyText(pico, currency, shownDigits(currency, pico));
}

std::string moneyText(Int128 pico, const Currency& currency, int digits)
{
    return groupedText(roundedDiv(pico, tenTo(PicoDigits - digits)), digits) + std::string("\xC2\xA0") +
           currency.code;
}

std::string measureText(Int128 value, const Measure& measure, const Currency& currency)
{
    if (measure.money)
        return moneyText(value, currency);
    return groupedText(value, 0) + "\xC2\xA0" + plainText(measure.unit);
}

std::string tickText(double value)
{
    constexpr std::array<const char*, 6> Units{"", "k", "M", "B", "T", "P"};
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < Units.size()) {
        value /= 1000;
        ++unit;
    }
    // Whole hundredths of a unit carry every step of an axis; below that, as many places as are needed.
    int places = 2;
    for (double step = std::abs(value); step > 0 && step < 0.1 && places < PicoDigits; step *= 10)
        ++places;
    const auto scaled = static_cast<Int128>(std::llround(value * std::pow(10.0, places)));
    std::string text = decimalText(scaled, places, "");
    while (text.find('.') != std::string::npos && (text.back() == '0' || text.back() == '.'))
        text.pop_back();
    return unit == 0 ? text : text + std::string(NarrowSpace) + Units.at(unit);
}

std::string shortDayText(Day day)
{
    const std::chrono::year_month_day date{day};
    return std::to_string(static_cast<unsigned>(date.day())) + " " +
           Months.at(static_cast<unsigned>(date.month()) - 1);
}

std::string monthText(Day day)
{
    const std::chrono::year_month_day date{day};
    return std::string(Months.at(static_cast<unsigned>(date.month()) - 1)) + " " +
           std::to_string(static_cast<int>(date.year()));
}

std::string dayText(Day day)
{
    const std::chrono::year_month_day date{day};
    return std::to_string(static_cast<unsigned>(date.day())) + " " + monthText(day);
}

std::string periodText(const Period& period)
{
    const std::string days = period.first == period.last
                                 ? dayText(period.first)
                                 : dayText(period.first) + " – " + dayText(period.last);
    return days + " (" + plainText(period.zone) + ")";
}

std::string momentText(DateTime moment)
{
    using namespace std::chrono;
    const sys_seconds at{seconds{moment.unixSeconds()}};
    const Day day = floor<days>(at);
    const auto minutes = static_cast<unsigned>(floor<std::chrono::minutes>(at - day).count());
    return dayText(day) + ", " + twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60) + " UTC";
}

std::string isoDay(Day day)
{
    const std::chrono::year_month_day date{day};
    std::string year = std::to_string(static_cast<int>(date.year()));
    year.insert(0, year.size() < 4 ? 4 - year.size() : 0, '0');
    return year + "-" + twoDigits(static_cast<unsigned>(date.month())) + "-" +
           twoDigits(static_cast<unsigned>(date.day()));
}

std::string plainText(std::string_view bytes, bool keepLines)
{
    const std::string text = toValidUtf8(bytes);
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        std::size_t length = 0;
        if (byte == '\n' && keepLines) {
            plain += '\n';
        } else if (byte < 0x20 || byte == 0x7F) {
            plain += ' ';
        } else if (byte >= 0x80 && isDirectionMark(text, i, length)) {
            i += length - 1;
        } else if (byte >= 0x80 && isLateControl(text, i, length)) {
            plain += ' ';
            i += length - 1;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

std::string plainName(std::string_view text)
{
    const std::string plain = plainText(text);
    return plain.find_first_not_of(' ') == std::string::npos ? "(no name)" : plain;
}

namespace {

/// The rounded texts of an amount column: those of the rows that are known take part in the rounding.
std::vector<std::string> shownAmounts(const Table& table, std::size_t column, Int128 divisor, int digits)
{
    std::vector<Int128> parts;
    for (const std::vector<Cell>& row : table.rows) {
        if (const Amount amount = amountOf(row[column]))
            parts.push_back(*amount);
    }
    const std::vector<Int128> shown = roundedParts(parts, divisor);
    std::vector<std::string> texts;
    std::size_t next = 0;
    for (const std::vector<Cell>& row : table.rows)
        texts.push_back(amountOf(row[column]) ? groupedText(shown[next++], digits) : unknownText());
    std::string total;
    if (table.columns[column].summed && table.total)
        total = groupedText(std::accumulate(shown.begin(), shown.end(), Int128{0}), digits);
    texts.push_back(total);
    return texts;
}

std::vector<std::string> shownShares(const Table& table, std::size_t of)
{
    const Int128 total = sumOf(table, of);
    std::vector<Int128> parts;
    for (const std::vector<Cell>& row : table.rows) {
        if (const Amount amount = amountOf(row[of]))
            parts.push_back((total < 0 ? -*amount : *amount) * 1000);
    }
    std::vector<Int128> shown;
    if (total != 0)
        shown = roundedParts(parts, magnitude(total));
    std::vector<std::string> texts;
    std::size_t next = 0;
    for (const std::vector<Cell>& row : table.rows)
        texts.push_back(total != 0 && amountOf(row[of]) ? percentText(shown[next++]) : unknownText());
    texts.push_back(total == 0 ? unknownText() : percentText(1000));
    return texts;
}

std::string cellText(const Cell& cell)
{
    if (const auto* const text = std::get_if<std::string>(&cell))
        return plainText(*text);
    if (const auto* const fraction = std::get_if<Fraction>(&cell)) {
        if (!std::isfinite(fraction->value) || std::abs(fraction->value) > 1e12)
            return unknownText();
        return percentText(static_cast<Int128>(std::llround(fraction->value * 1000)));
    }
    if (const auto* const day = std::get_if<Day>(&cell))
        return dayText(*day);
    return unknownText();
}

} // namespace

std::vector<std::string> shownColumn(const Table& table, std::size_t column, const Currency& currency)
{
    const Column& about = table.columns[column];
    std::vector<std::string> texts;
    if (about.shareOf) {
        texts = shownShares(table, *about.shareOf);
    } else if (about.type == ColumnType::Money) {
        const int digits = shownDigits(table, currency);
        texts = shownAmounts(table, column, tenTo(PicoDigits - digits), digits);
    } else if (about.type == ColumnType::Integer) {
        texts = shownAmounts(table, column, 1, 0);
    } else {
        for (const std::vector<Cell>& row : table.rows) {
            const auto* const name = column == 0 ? std::get_if<std::string>(&row[0]) : nullptr;
            texts.push_back(name == nullptr ? cellText(row[column]) : plainName(*name));
        }
        texts.emplace_back();
    }
    if (table.total && !about.summed && !about.shareOf) {
        const auto* const text = std::get_if<std::string>(&(*table.total)[column]);
        texts.back() = text == nullptr ? "" : plainText(*text);
    }
    return texts;
}

std::string figureText(const Figure& figure, const std::vector<Table>& tables, const Currency& currency)
{
    if (!figure.of)
        return plainText(figure.text);
    const Table* const table = findTable(tables, figure.of->table);
    if (table == nullptr)
        return unknownText();
    const std::string total = shownColumn(*table, figure.of->column, currency).back();
    const bool money = table->columns[figure.of->column].type == ColumnType::Money;
    return money ? total + "\xC2\xA0" + currency.code : total;
}

std::vector<std::string> unknownNotes(const Table& table)
{
    std::map<std::size_t, std::string> columns;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::size_t unknown = table.columns[i].summed && table.total ? unknownIn(table, i) : 0;
        if (unknown == 0)
            continue;
        std::string& names = columns[unknown];
        names += (names.empty() ? "" : ", ") + plainText(table.columns[i].title);
    }
    std::vector<std::string> notes;
    for (const auto& [unknown, names] : columns)
        notes.push_back(names + ": " +
                        (unknown == 1 ? std::string("one row is")
                                      : groupedText(static_cast<Int128>(unknown), 0) + " rows are") +
                        " unknown (" + unknownText() + ") and in no sum.");
    return notes;
}

} // namespace gatehouse::report
