// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/prices/priceimport.h"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::cost {

/// What the free text of a meter's name says: "gpt-4o-mini-0718-Inp-glbl" is the input of gpt-4o-mini,
/// global.
struct MeterName
{
    std::string model;
    std::optional<Direction> direction;
    std::optional<Deployment> deployment;
    std::string why; ///< not empty: it is no price of tokens, and why
};

/// product helps where the name leaves the family out ("5.4 mini inp Gl" of "Azure OpenAI GPT5") and says
/// what is an embedding.
[[nodiscard]] MeterName readMeter(std::string_view meter, std::string_view product);

} // namespace gatehouse::cost
