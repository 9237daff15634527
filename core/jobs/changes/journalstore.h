// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/changes.h"
#include "core/journal/journal.h"

#include <QtCore/QThreadPool>

#include <memory>

namespace gatehouse::jobs {

/// The journal for the main thread: what it asks of the disk is done on a thread of its own, in order.
class JournalStore final : public QObject, public JournalService
{
public:
    enum class Where { Background, Here };

    /// Here is for tests, whose journals have no disk to wait for.
    explicit JournalStore(std::unique_ptr<journal::Journal> journal, Where where = Where::Background,
                          QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::vector<JournalEntry>>> entries(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<JournalVerdict>> verify(std::stop_token stop) override;

    [[nodiscard]] QFuture<Result<JournalEntry>> entry(std::int64_t number);
    [[nodiscard]] QFuture<Result<JournalEntry>> begin(JournalEntry intent);
    [[nodiscard]] QFuture<Status> attempt(std::int64_t number, std::size_t step, std::optional<Json> before,
                                          std::optional<Json> after);
    [[nodiscard]] QFuture<Status> settle(std::int64_t number, std::size_t step, JournalStep::Outcome outcome);
    [[nodiscard]] QFuture<Result<JournalEntry>> finish(std::int64_t number, JournalEntry::Result result,
                                                       std::string message);
    /// See journal::Storage::tryHoldApply; does not wait.
    [[nodiscard]] Result<std::shared_ptr<void>> tryHoldApply();

private:
    template <typename Call>
    [[nodiscard]] auto run(Call call) -> QFuture<decltype(call(std::declval<journal::Journal&>()))>;

    std::shared_ptr<journal::Journal> m_journal;
    Where m_where;
    QThreadPool m_thread;
};

} // namespace gatehouse::jobs
