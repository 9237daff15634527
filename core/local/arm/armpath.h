// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// A path below /subscriptions, taken apart. The type is spelled as the caller did.
struct ArmPath
{
    std::string subscription;
    std::string resourceGroup; ///< "" at subscription scope
    std::string type;          ///< "Microsoft.ApiManagement/service/backends"; of the last "providers"
    std::string parent;        ///< id that a listing is below; the group or subscription for a top-level type
    std::string id;            ///< the whole id; the collection's path for a listing or an action
    std::string last;          ///< last segment: the collection's name, or the action of a POST
    bool collection = false;   ///< the path ends with a type (or an action) and not with a name
    std::string
        providerScope; ///< what stands before the last "/providers/"; of an extension resource its target
};

/// Empty when there is no provider in the path, or nothing behind it.
[[nodiscard]] std::optional<ArmPath> parseArmPath(std::string_view path);

} // namespace gatehouse::local
