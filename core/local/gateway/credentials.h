// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <functional>
#include <optional>
#include <string_view>

namespace gatehouse::local {

/// Finds what the caller presented under the name of a header or of a query parameter; "" for nothing. For
/// validate-jwt alone: nothing of it is ever logged or shown to an expression.
using CredentialLookup = std::function<std::string_view(std::string_view name, bool inQuery)>;

/// The claims of a token that the embedded identity signed, whatever they say; empty for any other text.
using TokenReader = std::function<std::optional<Json>(std::string_view token)>;

} // namespace gatehouse::local
