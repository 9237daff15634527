// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/explain/explanation.h"
#include "core/gateway/explain/limitsheet.h"
#include "core/gateway/explain/loggedcall.h"

namespace gatehouse::gateway {

/// Why a request got no answer of a backend, from its row; None when it got one. Reads APIM's LastErrorReason
/// (Microsoft Learn, error handling in API Management) and the embedded gateway's words.
[[nodiscard]] Refusal refusalOf(const LoggedRequest& request, const CallDetails& details);

/// The kind of limit that refused it; empty when none did.
[[nodiscard]] std::optional<LimitKind> limitOf(Refusal refusal);

/// How it ended, for people. limits: those in force, to say which one it was where there is one of that sort
/// alone.
[[nodiscard]] Claim explainResult(const LoggedRequest& request, const CallDetails& details, Refusal refusal,
                                  const LimitSheet& limits);

} // namespace gatehouse::gateway
