// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"

#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace gatehouse::ui {

/// What stands behind a row of costs: single calls.
struct CostCallsState
{
    bool loading = false;
    std::optional<Error> error;
    std::shared_ptr<const std::vector<jobs::BookedCall>> calls; ///< null until the answer
    bool cut = false;                                           ///< there are more than were asked for
};

/// The row of a grouping that a call counts in, as far as it does not depend on the dimension: Value where
/// it has a value or none.
[[nodiscard]] cost::RowKind kindOf(const jobs::BookedCall& call);

/// Lists the calls of one row of a grouping, from the ledger alone. The latest question wins; destroying it
/// stops the reading. No widgets. Main thread.
class CostCalls : public QObject
{
    Q_OBJECT
public:
    /// The most calls that are listed.
    static constexpr int Most = 5'000;

    explicit CostCalls(QObject* parent = nullptr);
    ~CostCalls() override;

    /// question: what the row is a row of. Without a row: all calls of it. Null service: nobody is signed in.
    void load(jobs::CostService* service, jobs::CostQuestion question, const cost::CostRow* row);
    [[nodiscard]] const CostCallsState& state() const { return m_state; }

Q_SIGNALS:
    void changed();

private:
    CostCallsState m_state;
    std::stop_source m_stop;
    quint64 m_generation = 0;
};

} // namespace gatehouse::ui
