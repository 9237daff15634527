// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/logs/rows.h"

#include <cstdint>
#include <string>

namespace gatehouse::local {

/// Adds what a small Kubernetes cluster with the ten services would have logged in that time: pod inventory
/// (one pod restarts in the last hour), events, a few container lines, heartbeats of two nodes, and daily
/// usage.
/// clusterId is the ARM id of the cluster.
void addClusterRows(const TimeRange& range, std::uint64_t seed, const std::string& clusterId,
                    RowBatch& batch);

} // namespace gatehouse::local
