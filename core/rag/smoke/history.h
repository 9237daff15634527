// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/rag/smoke/results.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::rag::smoke {

/// How one case went against one member over time.
struct CaseHistory
{
    std::string name;
    std::string backend;
    std::vector<Outcome> outcomes; ///< oldest first; the worst round of each run that asked it
    Tally tally;
    int changes = 0; ///< how often a run that did not pass followed one that did, or the other way round
};

/// In the order of the last run that asked them.
[[nodiscard]] std::vector<CaseHistory> caseHistories(const std::vector<Run>& runs);

/// The runs of a data directory: smoke/<suite>.jsonl, a line for each, without the answers. Blocking; several
/// processes may use it at the same time.
class History
{
public:
    static constexpr std::size_t MaxRuns = 500;
    static constexpr std::size_t MaxBytes = 16U << 20U; ///< older runs go first

    explicit History(const std::string& dataDirectory);

    struct Past
    {
        std::vector<Run> runs; ///< oldest first, of every profile
        std::string setAside;  ///< where the file is now in which lines were damaged; "": there were none
    };
    /// Nothing recorded is no error. Damaged lines are left out, and the file that held them is kept aside.
    [[nodiscard]] Result<Past> load(const std::string& suite) const;
    /// Storage when it cannot be written, and when a newer version of the program wrote the file; what was
    /// there stays then.
    [[nodiscard]] Status append(const Run& run) const;

    [[nodiscard]] std::string pathOf(const std::string& suite) const;

private:
    std::string m_directory;
};

} // namespace gatehouse::rag::smoke
