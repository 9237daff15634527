// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace gatehouse::local {

class LogStore;

/// The body of /v1/workspaces/{id}/metadata (contracts §2.5): the tables with their columns, and the
/// workspace.
[[nodiscard]] std::string metadataJson(const LogStore& logs);

} // namespace gatehouse::local
