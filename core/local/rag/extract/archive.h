// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// What an archive may claim and hold.
struct ArchiveLimits
{
    std::uint64_t entries = 10'000;
    std::uint64_t totalBytes = 200U << 20U; ///< inflated
    std::uint64_t ratio = 100;              ///< inflated to packed, per entry and overall
    std::uint64_t keptBytes = 64U << 20U;   ///< inflated, of the entries that are kept in memory
};

/// One line of the central directory, after its claims were checked against its neighbours and the file.
struct ArchiveEntry
{
    std::string name;
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint64_t packed = 0;
    std::uint64_t size = 0;
    std::uint64_t offset = 0; ///< of its local header
};

/// Reads the list of entries and refuses what no honest writer makes, before anything is inflated: too many
/// entries, sizes or ratios beyond the limits, entries that overlap or lie outside the file, headers that
/// contradict each other, names that climb or repeat, encryption, archives in the archive.
[[nodiscard]] Result<std::vector<ArchiveEntry>> readDirectory(std::string_view bytes,
                                                              const ArchiveLimits& limits = {});

/// The entries of an archive that were asked for, by name.
struct Archive
{
    std::map<std::string, std::string> entries;
    std::vector<std::string> names;  ///< of all entries
    std::uint64_t inflatedBytes = 0; ///< what was inflated in all, also when it was thrown away
};

/// readDirectory(), then every entry is inflated once, so that sizes and checksums are known to be true; what
/// keep() names is kept. inflated, when given, receives the bytes that were inflated also on failure.
[[nodiscard]] Result<Archive> readArchive(std::string_view bytes,
                                          const std::function<bool(std::string_view)>& keep,
                                          const ArchiveLimits& limits = {},
                                          std::uint64_t* inflated = nullptr);

} // namespace gatehouse::local
