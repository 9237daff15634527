// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/explain.h"
#include "core/jobs/services.h"
#include "core/jobs/smokerun.h"
#include "core/rag/smoke/history.h"
#include "ui/pages/changes/changeflow.h"

#include <QtCore/QStringList>
#include <QtCore/QThreadPool>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace gatehouse::ui {

/// Smoke suites in the window: a suite file, whom it asks, the run on its way, and the runs that were. Files
/// are read and written off the main thread, one after the other. What a suite names is sent nowhere before
/// start(). Main thread; no widgets here; clock and flow outlive it.
class SmokePresenter : public QObject
{
    Q_OBJECT
public:
    /// dataDirectory holds the history of runs, which the command line shares.
    SmokePresenter(const Clock& clock, ChangeFlow& flow, std::string dataDirectory);
    ~SmokePresenter() override;

    void setProfile(const std::string& name);
    /// Null: nobody is signed in. A run on its way is stopped and not kept.
    void setServices(const jobs::Services* services);
    [[nodiscard]] bool offered() const { return m_service != nullptr; }
    [[nodiscard]] ChangeFlow& flow() const { return m_flow; }

    /// Reads a suite whose documents lie in its own folder or in one of these. What is wrong with it is
    /// problem(), and the suite before it is gone.
    void open(const QString& path, const QStringList& folders = {});
    /// Reads it again, as when the file was mended.
    void reopen();
    /// A folder that the suite's documents may lie in besides its own.
    void addFolder(const QString& folder);
    [[nodiscard]] const QString& path() const { return m_path; }
    [[nodiscard]] const std::optional<rag::smoke::Suite>& suite() const { return m_suite; }
    [[nodiscard]] bool reading() const { return m_reading; }
    /// The documents that are sent, as files. Empty also where documentProblem() says why.
    [[nodiscard]] const std::vector<std::string>& documents() const { return m_documents; }
    [[nodiscard]] const std::optional<Error>& documentProblem() const { return m_documentProblem; }
    /// Of the suite file, of the pool, or of the last run.
    [[nodiscard]] const std::optional<Error>& problem() const { return m_problem; }

    /// Whom a run would ask, the primary first; {""}: whoever the gateway chooses; empty: not known yet.
    [[nodiscard]] const std::vector<std::string>& members() const { return m_members; }
    /// The pools of the gateway, to ask instead of what the suite names.
    [[nodiscard]] const QStringList& pools() const { return m_pools; }
    /// "": as the suite says.
    void choosePool(const QString& pool);
    [[nodiscard]] const QString& chosenPool() const { return m_pool; }
    /// False: no policy includes the routing rules, so no question reaches its member. Empty: not known.
    [[nodiscard]] std::optional<bool> routed() const;

    /// Why no run can be started now; "" when one can.
    [[nodiscard]] QString whyNotStart() const;
    /// Asks everything. InvalidInput, with nothing sent, where whyNotStart() says why.
    [[nodiscard]] Status start();
    void cancel();
    [[nodiscard]] bool running() const { return m_run != nullptr; }
    [[nodiscard]] bool stopping() const { return m_stopping; }
    /// Of the run on its way: what it does now, and how far it is; below 0 is not known.
    [[nodiscard]] QString progressText() const;
    [[nodiscard]] double progress() const;

    /// The runs of this suite and profile, oldest first; the newest holds the answers, older ones do not.
    [[nodiscard]] const std::vector<rag::smoke::Run>& runs() const { return m_runs; }
    /// The run that is looked at: the one on its way, else the one that was chosen, else the newest.
    [[nodiscard]] const rag::smoke::Run* shown() const;
    [[nodiscard]] std::size_t shownIndex() const; ///< of runs(); runs().size() while one is on its way
    void show(std::size_t run);

    /// Writes the run that is shown; told() says what became of it.
    void saveJUnit(const QString& path);
    /// Proposes the routing rules that lead a question to each member; the review follows.
    void addTestRules();
    /// Why they cannot be proposed now; "" when they can.
    [[nodiscard]] QString whyNotAddRules() const;

Q_SIGNALS:
    void changed();
    /// More of a document was sent: progressText() and progress() are other ones.
    void progressed();
    /// One sentence about what was done or could not be done.
    void told(const QString& text);

private:
    struct Read
    {
        Result<rag::smoke::Suite> suite;
        Result<std::vector<std::string>> documents;
        std::vector<rag::smoke::Run> runs;
        QString setAside;
    };
    [[nodiscard]] static Read read(const QString& path, const std::vector<std::string>& folders,
                                   const rag::smoke::History& history);
    void take(const Read& read);
    void loadSetup();
    void findMembers();
    void onFinished(const rag::smoke::Run& run, const std::optional<Error>& error);
    void keep(const rag::smoke::Run& run);

    const Clock& m_clock;
    ChangeFlow& m_flow;
    rag::smoke::History m_history;
    QThreadPool m_files; ///< one thread: nothing overtakes
    std::string m_profile;
    const jobs::Services* m_services = nullptr;
    jobs::AskService* m_service = nullptr;
    std::stop_source m_stop;
    std::optional<jobs::SetupNow> m_setup;
    std::optional<Error> m_setupProblem;
    QStringList m_pools;
    QString m_path;
    std::vector<std::string> m_folders;
    bool m_reading = false;
    quint64 m_readings = 0;
    std::optional<rag::smoke::Suite> m_suite;
    std::vector<std::string> m_documents;
    std::optional<Error> m_documentProblem;
    std::optional<Error> m_problem;
    QString m_pool;
    std::vector<std::string> m_members;
    std::unique_ptr<jobs::SmokeRun> m_run;
    bool m_stopping = false;
    rag::smoke::Run m_partial; ///< of the run on its way
    int m_judged = 0;
    QString m_uploading;
    double m_uploaded = -1;
    std::vector<rag::smoke::Run> m_runs;
    std::optional<std::size_t> m_shown;
};

} // namespace gatehouse::ui
