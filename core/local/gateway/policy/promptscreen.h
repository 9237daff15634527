// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/gateway/endpoint.h"

#include <string_view>

namespace gatehouse::local {

/// Whether a text holds one of the phrases of injectionphrases.txt, which is built in.
[[nodiscard]] bool holdsInjectionPhrase(std::string_view utf8);
/// The same of the messages or the input in a request's body; false for a body that cannot be read. Roles
/// that the caller cannot be trusted with are not told apart: every text is looked at.
[[nodiscard]] bool holdsInjection(Operation operation, std::string_view body);

} // namespace gatehouse::local
