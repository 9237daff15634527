// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/local/http/router.h"

#include <stop_token>

namespace gatehouse::local {

class LogStore;
class ResourceStore;

/// Adds the Log Analytics API (contracts §2): /v1/workspaces/{id}/query and /metadata, and
/// /v1/subscriptions/…/query for the rows of one resource. Everything handed in must outlive the router; stop
/// ends the queries that run (they answer 504 then).
void addLogRoutes(Router& router, LogStore& logs, const ResourceStore& resources, const Clock& clock,
                  const std::stop_token& stop = {});

} // namespace gatehouse::local
