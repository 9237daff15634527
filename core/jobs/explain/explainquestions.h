// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/jobs/explain.h"
#include "core/jobs/explain/setuphistory.h"
#include "core/jobs/question.h"

namespace gatehouse::jobs {

/// ExplainService over a workspace. One request: its rows, then the attempts of the two hours before it. A
/// replay reads the range in slices that stay under the service's limits (contracts §2.4), one after the
/// other, so that it never fills the user's share. Everything is computed off the main thread. A workspace
/// without attempt rows or without the LLM log is read as far as it goes. Lives on the main thread, as all it
/// refers to do.
class ExplainQuestions final : public QObject, public ExplainService
{
public:
    struct Sources
    {
        Workspace& workspace;
        SetupDirectory& setups;
        const Clock& clock;
        bool logsEveryHeader = false; ///< the embedded gateway; else only those that are seen count as logged
    };

    explicit ExplainQuestions(const Sources& sources, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<ExplanationPtr>> explain(std::string correlationId,
                                                          std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<ExplanationPtr>> hypothetical(gateway::RequestFacts facts,
                                                               std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<SetupNow>> setup(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<ReplayPtr>> replay(std::optional<gateway::ExplainSetup> draft,
                                                    TimeRange range,
                                                    std::function<void(const ReplayProgress&)> progress,
                                                    std::stop_token stop) override;

    /// Requests of one slice, at most.
    static constexpr std::int64_t SliceRequests = 100'000;

private:
    struct Telling;
    using TellingPtr = std::shared_ptr<Telling>;
    struct Replaying;
    using ReplayingPtr = std::shared_ptr<Replaying>;
    /// The tables that the workspace turned out not to have.
    struct Missing
    {
        bool tokens = false;
        bool attempts = false;
    };

    /// requests, tokens, attempts; a table that is missing is left out and noted.
    [[nodiscard]] QFuture<Result<Answers>> askRows(const TimeRange& range, const std::string& request,
                                                   std::shared_ptr<Missing> missing, std::stop_token stop);
    void askRequest(const TellingPtr& telling);
    void takeRequest(const TellingPtr& telling, const Result<Answers>& answers);
    void askNeighbours(const TellingPtr& telling);
    void takeNeighbours(const TellingPtr& telling, const Result<Answers>& answers);
    void tell(const TellingPtr& telling, const Answers& neighbours);
    void askExtent(const ReplayingPtr& replaying);
    void askSlice(const ReplayingPtr& replaying);
    void takeSlice(const ReplayingPtr& replaying, const Result<Answers>& answers);
    void compute(const ReplayingPtr& replaying);

    Sources m_sources;
};

/// The hours of a range as slices of at most so many requests; requests are evenly spread within an hour.
[[nodiscard]] std::vector<TimeRange> slicesOf(const std::vector<std::pair<DateTime, std::int64_t>>& hours,
                                              const TimeRange& range, std::int64_t most);

} // namespace gatehouse::jobs
