// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/routing.h"

#include <memory>

namespace gatehouse::test {

inline constexpr const char* SampleService = "/subscriptions/s/resourceGroups/g/providers/x/service/apim";

/// Two pools over four regions, one of them drained, East US open; four rules, of which the last is never
/// reached. hostile names what people may name as markup.
[[nodiscard]] std::shared_ptr<const jobs::RoutingView> sampleRouting(TimeRange range, bool hostile = false);

} // namespace gatehouse::test
