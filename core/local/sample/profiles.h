// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// One use that a microservice makes of a deployment.
struct ModelUse
{
    std::string_view deployment;
    double share; ///< of the service's calls
};

/// How one microservice behaves. subscription "" is a caller with a token only.
struct ServiceProfile
{
    std::string_view subscription;
    double weight;      ///< of all calls
    double streamShare; ///< of its chat calls; half of them do not ask for usage
    double nightShare;  ///< of its daytime rate that goes on at night and at weekends
    int promptWords;    ///< of a typical prompt
    int maxTokens;
    std::vector<ModelUse> uses;
    std::string_view feature;
    std::string_view owner;
    std::string_view sensitivity;
    std::string_view task;
};

[[nodiscard]] const std::vector<ServiceProfile>& serviceProfiles();

/// How busy the company is, 0..1: weekdays from 7 to 19 UTC with a dip at noon, little at night and at
/// weekends.
[[nodiscard]] double activityAt(DateTime moment, double nightShare);

} // namespace gatehouse::local
