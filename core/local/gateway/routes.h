// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/http/router.h"

namespace gatehouse::local {

class GatewayService;
class FaultBoard;

/// Adds the data plane (/openai/deployments/{d}/chat/completions and /embeddings), /metrics, /status and
/// /faults. Both must outlive the router.
void addGatewayRoutes(Router& router, GatewayService& gateway, FaultBoard& faults);

} // namespace gatehouse::local
