// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/http/requesthead.h"
#include "core/local/http/socketstream.h"

#include <string>

namespace gatehouse::local {

/// Reads a whole body, by length or in chunks, into body. Answers 0, or the status to refuse with: 413 beyond
/// maxBytes (chunks count too), 408 past the deadline, 400 for broken chunks or a peer that stopped in the
/// middle. After anything but 0 the connection cannot be used for another request.
[[nodiscard]] int readRequestBody(SocketStream& stream, const RequestHead& head, std::size_t maxBytes,
                                  SocketStream::Time deadline, std::string& body);

} // namespace gatehouse::local
