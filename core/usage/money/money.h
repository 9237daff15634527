// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::cost {

/// Sums of money are 128 bits wide, so that no number of rows overflows one.
__extension__ using Int128 = __int128;

/// Millionths of a millionth of one unit of a currency (1 USD = 10^12). What one row costs.
using Pico = std::int64_t;
inline constexpr Pico PicoPerUnit = 1'000'000'000'000;

/// An ISO 4217 code, upper case. The default is no currency at all and equals only itself.
class Currency
{
public:
    constexpr Currency() = default;
    /// Three letters in either case; InvalidInput else.
    [[nodiscard]] static Result<Currency> parse(std::string_view code);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool known() const { return m_code[0] != '\0'; }
    /// Digits behind the point that the currency has in daily use: 2, but 0 for JPY, 3 for KWD …
    [[nodiscard]] int digits() const;
    auto operator<=>(const Currency&) const = default;

private:
    std::array<char, 3> m_code{};
};

/// An exact amount. Two currencies are never added; see rates.h for turning one into another.
struct Money
{
    Int128 pico = 0;
    Currency currency;
    bool operator==(const Money&) const = default;
};

/// InvalidInput when the currencies differ.
[[nodiscard]] Result<Money> add(const Money& a, const Money& b);

/// a × b ÷ divisor, rounded half away from zero. divisor > 0. Empty where 128 bits are too few.
[[nodiscard]] std::optional<Int128> mulDiv(Int128 a, Int128 b, Int128 divisor);
/// The same for a value ÷ divisor.
[[nodiscard]] Int128 roundedDiv(Int128 value, Int128 divisor);
/// False where the value does not fit one row.
[[nodiscard]] bool fitsPico(Int128 value);

/// "[-]123.45", "1.5e-05": exact, to at most 12 places, beyond which it is refused instead of rounded.
/// InvalidInput for everything else, spaces, signs "+" and separators of thousands included.
[[nodiscard]] Result<Pico> parseAmount(std::string_view text);

/// All places that the amount has, at least `digits` of them: "0.000123", "12.50".
[[nodiscard]] std::string exactText(Int128 pico, int digits = 0);
/// A whole number of 10^-digits, as shownParts answers: (12345, 2) is "123.45".
[[nodiscard]] std::string shownText(Int128 value, int digits);
/// "123.45 USD"; rounds, so use shownParts for parts of a whole.
[[nodiscard]] std::string moneyText(const Money& money);

[[nodiscard]] std::string toText(Int128 value);

} // namespace gatehouse::cost
