// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::gateway {

/// The value of a limit as the policy has it. What only the gateway can work out at run time is kept as its
/// text and never guessed.
struct LimitValue
{
    enum class Kind {
        Number,     ///< a whole number
        Expression, ///< @(…) or @{…}: worked out for each request
        NamedValue, ///< {{name}}, alone or within other text: replaced by the service
        Text        ///< a word or a name
    };

    Kind kind = Kind::Text;
    std::string text;

    bool operator==(const LimitValue&) const = default;

    [[nodiscard]] static LimitValue of(std::int64_t number);
    [[nodiscard]] static LimitValue of(std::string_view text);

    /// Empty for what is no number now.
    [[nodiscard]] std::optional<std::int64_t> number() const;
};

} // namespace gatehouse::gateway
