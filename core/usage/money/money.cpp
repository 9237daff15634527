// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/money/money.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace gatehouse::cost {

namespace {

constexpr int PicoDigits = 12;
constexpr int MaxExponent = 30;

tl::unexpected<Error> noAmount(std::string_view text, const char* why)
{
    const bool quotable = text.size() <= 40 &&
                          std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
    return fail(Error::Kind::InvalidInput,
                (quotable ? "“" + std::string(text) + "”" : std::string("A text")) + " is no amount: " + why +
                    ".",
                "Write it like 0.15, with a point and without separators of thousands.");
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

Int128 powerOfTen(int exponent)
{
    Int128 power = 1;
    for (int i = 0; i < exponent; ++i)
        power *= 10;
    return power;
}

/// "1.5e-05" as its digits and where the point stands.
struct Decimal
{
    bool negative = false;
    std::string digits;
    int point = 0; ///< digits behind the point; negative for zeros to add
};

/// The "e-05" at the end; empty when it is none.
std::optional<int> readExponent(std::string_view text)
{
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text.empty() || text.size() > 3 || !std::all_of(text.begin(), text.end(), isDigit))
        return std::nullopt;
    const int value = std::stoi(std::string(text));
    return negative ? -value : value;
}

std::optional<Decimal> readDecimal(std::string_view text)
{
    Decimal decimal;
    if (text.starts_with('-')) {
        decimal.negative = true;
        text.remove_prefix(1);
    }
    if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
        const std::optional<int> exponent = readExponent(text.substr(e + 1));
        if (!exponent)
            return std::nullopt;
        decimal.point = -*exponent;
        text = text.substr(0, e);
    }
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
    if (whole.empty() || (point != std::string_view::npos && fraction.empty()))
        return std::nullopt;
    decimal.digits = std::string(whole) + std::string(fraction);
    if (!std::all_of(decimal.digits.begin(), decimal.digits.end(), isDigit))
        return std::nullopt;
    decimal.point += static_cast<int>(fraction.size());
    return decimal;
}

} // namespace

Result<Currency> Currency::parse(std::string_view code)
{
    Currency currency;
    const auto isLetter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    if (code.size() != 3 || !std::all_of(code.begin(), code.end(), isLetter))
        return fail(Error::Kind::InvalidInput, "A currency is three letters, such as USD.");
    for (std::size_t i = 0; i < 3; ++i)
        currency.m_code[i] = static_cast<char>(code[i] >= 'a' ? code[i] - 'a' + 'A' : code[i]);
    return currency;
}

std::string Currency::text() const
{
    return known() ? std::string(m_code.data(), m_code.size()) : std::string();
}

int Currency::digits() const
{
    static constexpr std::string_view None =
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
    static constexpr std::string_view Three = "BHD IQD JOD KWD LYD OMR TND";
    const std::string code = text();
    if (code.empty())
        return 2;
    if (None.find(code) != std::string_view::npos)
        return 0;
    return Three.find(code) != std::string_view::npos ? 3 : 2;
}

Result<Money> add(const Money& a, const Money& b)
{
    if (a.currency != b.currency)
        return fail(Error::Kind::InvalidInput,
                    "An amount in " + a.currency.text() + " cannot be added to one in " + b.currency.text() +
                        ".",
                    "Give the rate of the day between the two.");
    return Money{a.pico + b.pico, a.currency};
}

Int128 roundedDiv(Int128 value, Int128 divisor)
{
    const Int128 quotient = value / divisor;
    const Int128 rest = value % divisor;
    const Int128 size = rest < 0 ? -rest : rest;
    if (size < divisor - size)
        return quotient;
    return value < 0 ? quotient - 1 : quotient + 1;
}

std::optional<Int128> mulDiv(Int128 a, Int128 b, Int128 divisor)
{
    Int128 product = 0;
    if (__builtin_mul_overflow(a, b, &product))
        return std::nullopt;
    return roundedDiv(product, divisor);
}

bool fitsPico(Int128 value)
{
    return value <= std::numeric_limits<Pico>::max() && value >= std::numeric_limits<Pico>::min();
}

Result<Pico> parseAmount(std::string_view text)
{
    std::optional<Decimal> decimal = readDecimal(text);
    if (!decimal)
        return noAmount(text, "it is not a number");
    std::string& digits = decimal->digits;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    while (!digits.empty() && digits.back() == '0') {
        digits.pop_back();
        --decimal->point;
    }
    if (digits.empty())
        return Pico{0};
    if (decimal->point > PicoDigits)
        return noAmount(text, "it has more than 12 places behind the point");
    const int zeros = PicoDigits - decimal->point;
    if (zeros > MaxExponent || digits.size() + static_cast<std::size_t>(zeros) > 19)
        return noAmount(text, "it is too large");
    Int128 value = 0;
    for (const char c : digits)
        value = value * 10 + (c - '0');
    value *= powerOfTen(zeros);
    if (!fitsPico(value))
        return noAmount(text, "it is too large");
    return static_cast<Pico>(decimal->negative ? -value : value);
}

std::string toText(Int128 value)
{
    if (value == 0)
        return "0";
    std::string text;
    const bool negative = value < 0;
    for (; value != 0; value /= 10)
        text += static_cast<char>('0' + static_cast<int>(value % 10 < 0 ? -(value % 10) : value % 10));
    if (negative)
        text += '-';
    std::reverse(text.begin(), text.end());
    return text;
}

std::string shownText(Int128 value, int digits)
{
    std::string text = toText(value < 0 ? -value : value);
    if (digits > 0) {
        const auto places = static_cast<std::size_t>(digits);
        if (text.size() <= places)
            text.insert(0, places + 1 - text.size(), '0');
        text.insert(text.size() - places, 1, '.');
    }
    return value < 0 ? "-" + text : text;
}

std::string exactText(Int128 pico, int digits)
{
    std::string text = shownText(pico, PicoDigits);
    const std::size_t least = text.find('.') + 1 + static_cast<std::size_t>(digits);
    while (text.size() > least && text.back() == '0')
        text.pop_back();
    if (text.back() == '.')
        text.pop_back();
    return text;
}

std::string moneyText(const Money& money)
{
    const int digits = money.currency.digits();
    const Int128 value = roundedDiv(money.pico, powerOfTen(PicoDigits - digits));
    return shownText(value, digits) + " " + money.currency.text();
}

} // namespace gatehouse::cost
