// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/stack.h"
#include "core/settings/profile.h"

namespace gatehouse::app {

/// The running stack as one more cloud. Made anew at each start, since the port may change; never stored.
[[nodiscard]] settings::Cloud localCloud(const local::StackInfo& info);

/// "This computer": the stack's tenant, workspace and gateway under the profile's name.
[[nodiscard]] settings::Profile localProfile(const local::StackInfo& info, const settings::Profile& base);

} // namespace gatehouse::app
