// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/prices/pricebook.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::cost {

/// A line of a price list that is no price of ours, and why.
struct NotTaken
{
    std::string name; ///< the meter, or "line 7"
    std::string why;
    bool operator==(const NotTaken&) const = default;
};

/// What a list holds. Nothing is changed by reading it: PriceBook::with takes the prices.
struct PriceImport
{
    std::vector<Price> prices;
    std::vector<NotTaken> notTaken;
    std::optional<Day> asOf; ///< the day that a comment "# as of 2026-10-03" names
    bool more = false;       ///< the list says that it goes on in another page
};

/// RFC 4180 with a line of names: model, direction, price, unit, currency, validFrom, and region if there is
/// one; in any order and case. Lines that begin with "#" are comments. All or nothing: InvalidInput with
/// position.line for the first thing that is wrong: a unit other than 1K or 1M, a negative price, a date that
/// is none, two prices for one day. A price of 0 says that it is not known and is not taken.
[[nodiscard]] Result<PriceImport> pricesFromCsv(std::string_view csv);
/// The same form; pricesFromCsv reads it back without a difference.
[[nodiscard]] std::string pricesToCsv(const std::vector<Price>& prices);

/// Where a deployment's calls may be computed; a price list has a meter for each.
enum class Deployment { Global, DataZone, Regional };

/// The answer of the Azure Retail Prices API, one page (contracts §8.6). Only consumption of tokens by models
/// is taken; everything else is named in notTaken: other services, reservations, other units (PTU by the
/// hour), batch, fine-tuning, other media, other deployment types, names without a direction, graduated
/// prices, prices of 0, and meters of one key and day that disagree (none of them is taken). A meter that
/// names no deployment type counts unless one that names the wanted type is there. InvalidInput when the page
/// is not such an answer, has a field of the wrong form, a negative price, or one meter with two prices for
/// one day.
[[nodiscard]] Result<PriceImport> pricesFromAzure(std::string_view json, Deployment deployment);

} // namespace gatehouse::cost
