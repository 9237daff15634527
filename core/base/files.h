// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace gatehouse {

/// Replaces a file whole or not at all: writes a temporary beside it, checks every write, syncs file and
/// directory, reads the size back and only then renames (QSaveFile answers success on a full disk).
/// The old file is untouched on any failure. mode is the new file's permission bits.
[[nodiscard]] Status atomicWrite(const std::string& path, std::string_view bytes, unsigned mode = 0600);

/// The whole file. NotFound when there is none; InvalidInput when it is no regular file or larger than
/// maxBytes.
[[nodiscard]] Result<std::string> readFile(const std::string& path, std::size_t maxBytes = 64U << 20U);

/// Creates the directory and its parents for the user alone (0700). Fine when it is there already.
[[nodiscard]] Status makeDirectory(const std::string& path);

/// Moves a file that cannot be used out of the way, to path + ".bad-<n>", and answers the new name.
[[nodiscard]] Result<std::string> setAside(const std::string& path);

} // namespace gatehouse
