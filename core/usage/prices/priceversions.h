// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/prices/pricebook.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::cost {

/// A price book as it was once. Never changed and never removed, since amounts name the version they stand
/// on.
struct PriceVersion
{
    int number = 0; ///< from 1
    DateTime made;
    std::string note; ///< what changed and who says so
    PriceBook book;
    bool operator==(const PriceVersion&) const = default;
};

/// All versions, oldest first, without a gap.
class PriceVersions
{
public:
    /// The first version; there is always one.
    explicit PriceVersions(PriceBook first, DateTime made = {}, std::string note = {});

    /// A book that equals the newest makes no version: the newest is answered. InvalidInput for another home
    /// currency.
    [[nodiscard]] Result<int> add(PriceBook book, DateTime made, std::string note);
    [[nodiscard]] const PriceVersion& newest() const { return m_all.back(); }
    /// Null for a number that is none.
    [[nodiscard]] const PriceVersion* find(int number) const;
    [[nodiscard]] const std::vector<PriceVersion>& all() const { return m_all; }

    /// A document of its own (README.md).
    [[nodiscard]] std::string toJson() const;
    [[nodiscard]] static Result<PriceVersions> fromJson(std::string_view json);

private:
    std::vector<PriceVersion> m_all;
};

} // namespace gatehouse::cost
