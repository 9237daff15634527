// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/usagerow.h"

#include "core/base/utf8.h"

#include <algorithm>

namespace gatehouse::cost {

namespace {

constexpr std::size_t MaxText = 512;
constexpr int MaxAttempts = 10'000;

tl::unexpected<Error> badRow(const UsageRow& row, const std::string& what)
{
    return fail(Error::Kind::InvalidInput,
                "The row “" + toValidUtf8(row.id).substr(0, 64) + "” " + what + ".", "Nothing was booked.");
}

} // namespace

std::string_view toString(TokenSource source)
{
    static constexpr std::array<std::string_view, 4> Names = {"measured", "estimated", "unknown", "none"};
    return Names[static_cast<std::size_t>(source)];
}

Status checkRow(const UsageRow& row)
{
    if (row.id.empty())
        return fail(Error::Kind::InvalidInput, "A row has no id.", "Nothing was booked.");
    for (const std::string* text : {&row.id, &row.service, &row.model, &row.backend, &row.region,
                                    &row.application, &row.feature, &row.environment, &row.owner}) {
        if (text->size() > MaxText)
            return badRow(row, "has a text of more than 512 bytes");
    }
    if (row.time < DateTime::fromCivil(1970, 1, 1) || row.time >= DateTime::fromCivil(2200, 1, 1))
        return badRow(row, "has a time that cannot be");
    const bool inRange = std::all_of(row.tokens.begin(), row.tokens.end(),
                                     [](std::int64_t count) { return count >= 0 && count <= MaxTokens; });
    if (!inRange)
        return badRow(row, "has negative tokens, or more than a call can have");
    const bool used =
        std::any_of(row.tokens.begin(), row.tokens.end(), [](std::int64_t count) { return count > 0; });
    if (used && (row.source == TokenSource::Unknown || row.source == TokenSource::None))
        return badRow(row, "has tokens that nobody knows");
    if (row.attempts < 0 || row.attempts > MaxAttempts || row.status < 0 || row.status > 999)
        return badRow(row, "has a status or a number of attempts that cannot be");
    return {};
}

} // namespace gatehouse::cost
