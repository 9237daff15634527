// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/expression/expression.h"

#include <string>

namespace gatehouse::local {

struct RequestRecord;

/// What policy expressions see of a request. Of its headers these are the ones that the gateway logs:
/// business tags and the user agent, never a key or a token. record must outlive the context; its status is
/// the response's once it is set.
[[nodiscard]] gateway::ExpressionContext contextOf(const RequestRecord& record, const std::string& region);

} // namespace gatehouse::local
