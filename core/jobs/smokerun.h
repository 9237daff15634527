// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/jobs/ask.h"
#include "core/rag/smoke/results.h"

#include <QtCore/QObject>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::http {
class Scheduler;
}

namespace gatehouse::jobs {

/// What a run asks of whom.
struct SmokePlan
{
    rag::smoke::Suite suite;
    std::vector<std::string> documents; ///< paths, as documentPaths() gives them
    std::vector<std::string> backends;  ///< the primary first; empty: whoever the gateway chooses
    std::string profile;
};

/// Runs a suite once: uploads its documents, asks each case of each member with at most
/// Suite::maxParallel questions at a time, and judges the answers elsewhere than on the main thread. Every
/// question carries the feature that keeps it out of chargeback, and the task that routes it to its member.
/// A backend that asks to wait is waited for. Main thread; deleting it stops what is under way.
class SmokeRun final : public QObject
{
    Q_OBJECT
public:
    /// ask, clock and scheduler outlive it; without a scheduler it has timers of its own.
    SmokeRun(AskService& ask, const Clock& clock, SmokePlan plan, http::Scheduler* scheduler = nullptr,
             QObject* parent = nullptr);
    ~SmokeRun() override;

    /// Once.
    void start();
    /// finished follows with Cancelled and the results that there are, after this call has returned.
    void cancel();
    /// Questions in all.
    [[nodiscard]] int total() const { return static_cast<int>(m_asks.size()); }

Q_SIGNALS:
    /// sent of total bytes; equal: the backend is indexing.
    void uploading(const QString& document, qint64 sent, qint64 total);
    void progress(int judged, int total);
    void judged(const gatehouse::rag::smoke::CaseResult& result);
    /// Once, last. error: a document was not taken, or Cancelled; what was asked by then is in run.
    void finished(const gatehouse::rag::smoke::Run& run, const std::optional<gatehouse::Error>& error);

private:
    struct Ask;

    void uploadNext();
    void uploaded(const Result<rag::Document>& document);
    void askMore();
    void askOne(std::size_t index);
    void answered(std::size_t index, const rag::AnswerFacts& facts, const std::optional<Error>& error);
    void waitFor(std::size_t index, std::chrono::milliseconds pause);
    void keep(std::size_t index, rag::smoke::CaseResult result);
    void end(const std::optional<Error>& error);
    [[nodiscard]] rag::Question questionOf(const Ask& ask) const;

    AskService& m_ask;
    const Clock& m_clock;
    SmokePlan m_plan;
    std::unique_ptr<http::Scheduler> m_ownScheduler;
    http::Scheduler* m_scheduler;
    rag::smoke::Run m_run;
    std::unique_ptr<Upload> m_upload;
    std::vector<rag::smoke::SuiteDocument> m_documents;
    std::vector<std::unique_ptr<Ask>> m_asks; // in the order of the results
    std::deque<std::size_t> m_waiting;
    int m_underWay = 0;
    int m_judged = 0;
    bool m_paused = false;
    bool m_ended = false;
    struct Pause;
    std::unique_ptr<Pause> m_pause;
};

} // namespace gatehouse::jobs
