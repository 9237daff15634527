// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/pagepresenter.h"

#include <chrono>
#include <memory>
#include <string>

namespace gatehouse::ui {

/// The answer to one run of one query.
struct QueryResult
{
    std::string kql;
    QueryAnswerPtr answer;
    TimeRange range;              ///< what the picker said
    bool overridesPicker = false; ///< the query filters TimeGenerated itself, so the picker was not applied
    DateTime at;                  ///< when the answer came
    std::chrono::milliseconds took{0};

    /// The service stopped at its limit of rows or bytes.
    [[nodiscard]] bool truncated() const;
    [[nodiscard]] std::size_t rows() const { return answer->primary().rowCount(); }
};

using QueryResultPtr = std::shared_ptr<const QueryResult>;

/// What the query page shows; a value that never changes once it is out.
struct QueryState
{
    PageStatus status;
    QueryResultPtr result; ///< null without rows to show
    bool recalled = false; ///< the result is one from before, not asked for again
    std::string asked;     ///< the query that runs, ran or failed; "" before the first
    DateTime askedAt;
};

} // namespace gatehouse::ui
