// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::settings {

/// A query that was run.
struct RanQuery
{
    std::string kql;
    DateTime at;
    std::string profile;
    std::int64_t rows = -1; ///< -1: it failed or was stopped
    bool operator==(const RanQuery&) const = default;
};

/// A query that somebody gave a name.
struct SavedQuery
{
    std::string name; ///< unique
    std::string text; ///< a sentence about it; "" for none
    std::string kql;
    bool operator==(const SavedQuery&) const = default;
};

/// What the query page remembers between runs. Texts that are longer than MaxText are not kept.
struct QueryMemory
{
    std::string editor;            ///< the text as it was left; "" on the first visit
    std::vector<RanQuery> history; ///< newest first, each text once
    std::vector<SavedQuery> saved; ///< in the order of their names
    std::string sideSplit;         ///< base64 of the splitters' states; "" for the defaults
    std::string editorSplit;
    std::string resultSplit;

    static constexpr std::size_t MaxHistory = 200;
    static constexpr std::size_t MaxSaved = 500;
    static constexpr std::size_t MaxText = 1U << 18U;

    /// Puts the query in front; an older entry with the same text and profile goes.
    void add(RanQuery query);
    /// Adds it, or replaces the one of this name. InvalidInput without a name or a query.
    [[nodiscard]] Status save(SavedQuery query);
    void forget(const std::string& name);
    bool operator==(const QueryMemory&) const = default;
};

/// Reads and writes queries.json in the data directory with atomicWrite. A file that cannot be used is set
/// aside and counts as empty.
class QueryStore
{
public:
    explicit QueryStore(std::string dataDirectory);

    [[nodiscard]] QueryMemory load() const;
    /// Any thread, one at a time.
    [[nodiscard]] Status save(const QueryMemory& memory) const;

private:
    std::string m_directory;
    std::string m_path;
};

} // namespace gatehouse::settings
