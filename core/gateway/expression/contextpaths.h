// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/expression/tree.h"

#include <optional>
#include <string_view>

namespace gatehouse::gateway {

/// What a dotted path below `context` stands for.
struct ContextPath
{
    enum class Kind {
        Unknown,
        Part,  ///< leads to something, but is nothing by itself
        Value, ///< item is read
        Map    ///< takes a name: by index, GetValueOrDefault or ContainsKey, as far as these are given
    };
    Kind kind = Kind::Unknown;
    ContextItem item = ContextItem::RequestMethod;
    std::optional<ContextItem> byIndex;
    std::optional<ContextItem> byDefault;
    std::optional<ContextItem> byPresence;
    bool typed = false; ///< GetValueOrDefault names its type: <string>, <int> or <bool>
};

/// path is without "context.", for example "Request.Url.Path".
[[nodiscard]] ContextPath contextPath(std::string_view path);

} // namespace gatehouse::gateway
