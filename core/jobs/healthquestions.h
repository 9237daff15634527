// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/jobs/question.h"

#include <map>

namespace gatehouse::jobs {

/// The APIM service's backends, as far as the signed-in user may read them.
struct GatewayLayout
{
    std::vector<gateway::Backend> backends;
    std::vector<gateway::Pool> pools;
};

/// Reads the layout. Asked with every refresh: whoever implements it keeps its answer for a while.
class BackendDirectory
{
public:
    BackendDirectory() = default;
    BackendDirectory(const BackendDirectory&) = delete;
    BackendDirectory& operator=(const BackendDirectory&) = delete;
    virtual ~BackendDirectory() = default;

    [[nodiscard]] virtual QFuture<Result<GatewayLayout>> layout(std::stop_token stop) = 0;
};

/// A gateway that reports its circuits (/status, or the gauge of /metrics); APIM itself does not.
class CircuitReporter
{
public:
    CircuitReporter() = default;
    CircuitReporter(const CircuitReporter&) = delete;
    CircuitReporter& operator=(const CircuitReporter&) = delete;
    virtual ~CircuitReporter() = default;

    [[nodiscard]] virtual QFuture<Result<std::vector<gateway::ReportedCircuit>>>
    circuits(std::stop_token stop) = 0;
};

/// HealthService over a workspace: two queries a refresh, four where attempt rows are missing and the final
/// attempts have to do. Circuits are inferred off the main thread. Backends that may not be read, or a
/// gateway that does not report, take something from the report but never fail it. Lives on the main thread.
class HealthQuestions final : public QObject, public HealthService
{
public:
    struct Sources
    {
        Workspace& workspace;
        BackendDirectory& backends;
        CircuitReporter* reporter = nullptr; ///< null: this gateway does not report
        const Clock& clock;
        Ticks reportingDelay = std::chrono::minutes(5); ///< how far the log may be behind the gateway
    };

    explicit HealthQuestions(const Sources& sources, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::shared_ptr<const gateway::HealthReport>>>
    report(TimeRange range, std::stop_token stop) override;

private:
    struct Refresh;
    using RefreshPtr = std::shared_ptr<Refresh>;

    /// What the gateway said last, to know since when where it says only what.
    struct Heard
    {
        gateway::CircuitState state;
        DateTime since;
    };

    void askReporter(const RefreshPtr& refresh);
    void askAttempts(const RefreshPtr& refresh);
    void take(const RefreshPtr& refresh, const Result<Answers>& answers);
    void compute(const RefreshPtr& refresh, const Answers& answers);
    void remember(std::vector<gateway::ReportedCircuit>& circuits);

    Sources m_sources;
    std::map<std::string, Heard> m_heard;
};

} // namespace gatehouse::jobs
