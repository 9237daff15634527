// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <string>

namespace gatehouse::local {

struct Resource;

/// A stored resource as ARM shows it: with what depends on the running stack (the gateway's URL) filled in.
[[nodiscard]] Json renderResource(const Resource& resource, const std::string& origin);

/// A resource of a group, in contrast to a part of another resource.
[[nodiscard]] bool isTopLevel(const Resource& resource);

} // namespace gatehouse::local
