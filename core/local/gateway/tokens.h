// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace gatehouse::local {

/// Where a request's token figures come from. The log says it in ResponseHeaders['x-gh-token-source'].
enum class TokenSource {
    Measured,  ///< the endpoint said so (or nothing reached a model: zero)
    Estimated, ///< counted from the texts, with estimateTokens()
    Unknown    ///< nobody knows
};
/// "measured", "estimated", "unknown"
[[nodiscard]] std::string_view toString(TokenSource source);

/// How many tokens a text has, roughly: a quarter of a token for each ASCII byte, half for a two-byte
/// character (Latin, Greek, Cyrillic), one for every other (CJK, emoji), rounded up. For English prose it is
/// within about 15 % of the tokenizers of GPT-4o; it needs no vocabulary and is never zero for a text that is
/// not empty.
[[nodiscard]] std::int64_t estimateTokens(std::string_view utf8);

/// What a chat adds around its texts: for each message its role and separators, and the start of the answer.
inline constexpr std::int64_t TokensPerMessage = 4;
inline constexpr std::int64_t TokensPerChat = 3;

} // namespace gatehouse::local
