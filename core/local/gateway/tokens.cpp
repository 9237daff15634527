// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/tokens.h"

namespace gatehouse::local {

std::string_view toString(TokenSource source)
{
    switch (source) {
    case TokenSource::Measured:
        return "measured";
    case TokenSource::Estimated:
        return "estimated";
    case TokenSource::Unknown:
        break;
    }
    return "unknown";
}

std::int64_t estimateTokens(std::string_view utf8)
{
    std::int64_t quarters = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80U)
            quarters += 1;
        else if (byte >= 0xe0U)
            quarters += 4;
        else if (byte >= 0xc0U)
            quarters += 2;
    }
    return (quarters + 3) / 4;
}

} // namespace gatehouse::local
