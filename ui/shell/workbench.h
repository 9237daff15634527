// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/settingsstore.h"
#include "ui/pages/activity/activitypresenter.h"
#include "ui/pages/ask/answerprices.h"
#include "ui/pages/ask/askpresenter.h"
#include "ui/pages/ask/comparepresenter.h"
#include "ui/pages/ask/smokepresenter.h"
#include "ui/pages/changes/changeflow.h"
#include "ui/pages/cost/costpresenter.h"
#include "ui/pages/directory/directorypresenter.h"
#include "ui/pages/health/healthpresenter.h"
#include "ui/pages/keys/keyspresenter.h"
#include "ui/pages/query/querypresenter.h"
#include "ui/pages/quotas/quotaspresenter.h"
#include "ui/pages/routing/explainpresenter.h"
#include "ui/pages/routing/paritypresenter.h"
#include "ui/pages/routing/replaypresenter.h"
#include "ui/pages/routing/routingpresenter.h"
#include "ui/pages/usage/usagepresenter.h"
#include "ui/pages/viewcontext.h"
#include "ui/shell/profilesession.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <functional>
#include <memory>
#include <vector>

namespace gatehouse::ui {

/// What the window works on: the profile that is open, its session, the pages' presenters, the common time
/// range and filters, and what is remembered between runs. Knows no widget. Main thread; store, factory and
/// clock outlive it.
class Workbench : public QObject
{
    Q_OBJECT
public:
    /// profileName "": the last used. Nothing is started before start().
    Workbench(settings::SettingsStore& store, SessionFactory& factory, const Clock& clock,
              const std::string& profileName);
    ~Workbench() override;

    void start();

    [[nodiscard]] ViewContext& context() { return m_context; }
    [[nodiscard]] UsagePresenter& overview() { return m_overview; }
    [[nodiscard]] UsagePresenter& usage() { return m_usage; }
    [[nodiscard]] CostPresenter& cost() { return m_cost; }
    [[nodiscard]] HealthPresenter& health() { return m_health; }
    [[nodiscard]] RoutingPresenter& routing() { return m_routing; }
    [[nodiscard]] QuotasPresenter& quotas() { return m_quotas; }
    [[nodiscard]] QueryPresenter& query() { return m_query; }
    [[nodiscard]] ActivityPresenter& activity() { return m_activity; }
    [[nodiscard]] AskPresenter& ask() { return m_ask; }
    [[nodiscard]] ComparePresenter& compare() { return m_compare; }
    [[nodiscard]] AnswerPrices& answerPrices() { return m_answerPrices; }
    [[nodiscard]] SmokePresenter& smoke() { return m_smoke; }
    [[nodiscard]] PosturePresenter& posture() { return m_posture; }
    [[nodiscard]] ParityPresenter& parity() { return m_parity; }
    [[nodiscard]] ExplainPresenter& explain() { return m_explain; }
    [[nodiscard]] ReplayPresenter& replay() { return m_replay; }
    [[nodiscard]] KeysPresenter& keys() { return m_keys; }
    [[nodiscard]] DirectoryPresenter& serviceDirectory() { return m_directory; }
    [[nodiscard]] EditLock& editLock() { return m_editLock; }
    [[nodiscard]] ChangeFlow& changes() { return m_changes; }
    [[nodiscard]] SessionFactory& factory() { return m_factory; }
    [[nodiscard]] const Clock& clock() const { return m_context.clock(); }

    /// Null before start().
    [[nodiscard]] ProfileSession* session() const { return m_session.get(); }
    [[nodiscard]] const settings::Profile& profile() const { return m_profile; }
    /// *This computer* first.
    [[nodiscard]] std::vector<settings::Profile> profiles() const;
    /// An unknown name opens *This computer*.
    void openProfile(const std::string& name);
    /// Adds or replaces the profile of this name and opens it with the session that was signed in for it. The
    /// session stays with the caller when this fails.
    [[nodiscard]] Status addProfile(const settings::Profile& profile,
                                    std::unique_ptr<ProfileSession>&& session);
    void removeProfile(const std::string& name);

    [[nodiscard]] const settings::Settings& settings() const { return m_settings; }
    /// Changes what is remembered; written a moment later, off the paint.
    void remember(const std::function<void(settings::Settings&)>& change);
    /// Writes what is due now (on quit).
    void flush();
    /// What was wrong with the settings file, or with writing it; "" when all is well.
    [[nodiscard]] QString notice() const { return m_notice; }
    /// Queries in flight.
    [[nodiscard]] int queriesInFlight() const;

Q_SIGNALS:
    /// Another session, another state of it, its progress or its account.
    void sessionChanged();
    void profilesChanged();
    void noticeChanged();
    void queriesChanged(int inFlight);

private:
    void adopt(std::unique_ptr<ProfileSession> session);
    void followSession();
    void handOutServices();
    [[nodiscard]] std::vector<PagePresenter*> presenters();
    [[nodiscard]] settings::Profile profileNamed(const std::string& name) const;

    settings::SettingsStore& m_store;
    SessionFactory& m_factory;
    ViewContext m_context;
    settings::Settings m_settings;
    settings::Profile m_profile;
    QString m_notice;
    std::unique_ptr<ProfileSession> m_session;
    jobs::Services m_services;
    bool m_handedOut = false;
    EditLock m_editLock;
    ChangeFlow m_changes;
    UsagePresenter m_overview;
    UsagePresenter m_usage;
    CostPresenter m_cost;
    HealthPresenter m_health;
    RoutingPresenter m_routing;
    PosturePresenter m_posture;
    ParityPresenter m_parity;
    ExplainPresenter m_explain;
    ReplayPresenter m_replay;
    KeysPresenter m_keys;
    DirectoryPresenter m_directory;
    QuotasPresenter m_quotas;
    QueryNotebook m_notebook;
    QueryPresenter m_query;
    ActivityPresenter m_activity;
    AskPresenter m_ask;
    ComparePresenter m_compare;
    AnswerPrices m_answerPrices;
    SmokePresenter m_smoke;
    QTimer m_saveTimer;
};

} // namespace gatehouse::ui
