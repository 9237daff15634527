// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include <array>

namespace gatehouse {

std::string toString(Error::Kind kind)
{
    static constexpr std::array<const char*, 15> Names = {
        "network",          "timeout", "http",        "parse",    "protocol",
        "sign_in_required", "denied",  "not_found",   "conflict", "throttled",
        "invalid_input",    "storage", "unavailable", "internal", "cancelled"};
    return Names.at(static_cast<std::size_t>(kind));
}

std::string Error::details() const
{
    std::string text = "kind: " + toString(kind) + "\nmessage: " + message;
    const auto line = [&text](const char* name, const std::string& value) {
        if (!value.empty())
            text += std::string("\n") + name + ": " + value;
    };
    line("advice", advice);
    line("code", serviceCode);
    line("status", httpStatus == 0 ? std::string() : std::to_string(httpStatus));
    line("request id", requestId);
    line("correlation id", correlationId);
    if (position)
        line("position", std::to_string(position->line) + ":" + std::to_string(position->column));
    if (retryAfter)
        line("retry after", std::to_string(retryAfter->count()) + " ms");
    return text;
}

} // namespace gatehouse
