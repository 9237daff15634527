// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/workbench.h"

#include <algorithm>

namespace gatehouse::ui {

namespace {

settings::Profile localProfile()
{
    settings::Profile profile;
    profile.name = settings::LocalProfileName;
    profile.cloudId = "local";
    return profile;
}

} // namespace

Workbench::Workbench(settings::SettingsStore& store, SessionFactory& factory, const Clock& clock,
                     const std::string& profileName)
    : m_store(store)
    , m_factory(factory)
    , m_context(clock)
    , m_settings(store.load())
    , m_notice(QString::fromStdString(store.notice()))
    , m_editLock(clock)
    , m_changes(m_editLock)
    , m_overview(m_context)
    , m_usage(m_context)
    , m_cost(m_context)
    , m_health(m_context)
    , m_routing(m_context, m_changes)
    , m_posture(m_context)
    , m_parity(m_context, m_changes)
    , m_replay(clock)
    , m_keys(m_editLock)
    , m_directory(m_changes, clock)
    , m_quotas(m_context, m_changes)
    , m_notebook(settings::QueryStore(store.directory()))
    , m_query(m_context, m_notebook, kqlLanguage())
    , m_activity(m_context, m_changes)
    , m_ask(m_context, rag::ConversationStore(store.directory()))
    , m_compare(m_context)
    , m_answerPrices(clock)
    , m_smoke(clock, m_changes, store.directory())
{
    m_profile = profileNamed(profileName.empty() ? m_settings.lastProfile : profileName);
    if (const std::optional<Ticks> range = parseIsoDuration(m_settings.timeRange))
        m_context.setRelative(*range);
    connect(&m_routing, &PagePresenter::changed, this, [this] {
        const auto state = m_routing.state();
        m_replay.setDraft(state->edited ? std::optional(state->draft.plan) : std::nullopt);
    });
    m_saveTimer.setSingleShot(true);
    m_saveTimer.setInterval(500);
    connect(&m_saveTimer, &QTimer::timeout, this, &Workbench::flush);
    connect(&m_context, &ViewContext::changed, this, [this] {
        if (const std::optional<Ticks> range = m_context.relative())
            remember([&](settings::Settings& kept) { kept.timeRange = formatIsoDuration(*range); });
    });
}

Workbench::~Workbench()
{
    flush();
    m_editLock.setServices(nullptr);
    m_changes.setServices(nullptr);
    m_keys.setServices(nullptr);
    m_directory.setServices(nullptr);
    m_explain.setService(nullptr);
    m_replay.setService(nullptr);
    m_compare.setServices(nullptr);
    m_answerPrices.setServices(nullptr);
    m_smoke.setServices(nullptr);
    for (PagePresenter* const presenter : presenters())
        presenter->setServices(nullptr);
}

std::vector<PagePresenter*> Workbench::presenters()
{
    return {
        &m_overview, //
        &m_usage,    //
        &m_cost,     //
        &m_health,   //
        &m_routing,  //
        &m_posture,  //
        &m_parity,   //
        &m_query,    //
        &m_quotas,   //
        &m_activity, //
        &m_ask,      //
    };
}

void Workbench::start()
{
    adopt(m_factory.open(m_profile));
    m_session->start();
}

settings::Profile Workbench::profileNamed(const std::string& name) const
{
    const auto found = std::find_if(m_settings.profiles.begin(), m_settings.profiles.end(),
                                    [&](const settings::Profile& profile) { return profile.name == name; });
    return found == m_settings.profiles.end() ? localProfile() : *found;
}

std::vector<settings::Profile> Workbench::profiles() const
{
    std::vector<settings::Profile> all{localProfile()};
    all.insert(all.end(), m_settings.profiles.begin(), m_settings.profiles.end());
    return all;
}

void Workbench::openProfile(const std::string& name)
{
    m_profile = profileNamed(name);
    remember([this](settings::Settings& kept) { kept.lastProfile = m_profile.name; });
    m_context.clearFilters(); // another workspace knows other names
    start();
}

Status Workbench::addProfile(const settings::Profile& profile, std::unique_ptr<ProfileSession>&& session)
{
    if (const Status valid = settings::validate(profile); !valid)
        return valid;
    if (profile.name == settings::LocalProfileName)
        return fail(Error::Kind::InvalidInput, "This name is taken.", "Choose another name.");
    settings::Settings changed = m_settings;
    std::erase_if(changed.profiles, [&](const settings::Profile& old) { return old.name == profile.name; });
    changed.profiles.push_back(profile);
    changed.lastProfile = profile.name;
    if (const Status saved = m_store.save(changed); !saved)
        return saved;
    m_settings = changed;
    m_profile = profile;
    m_context.clearFilters();
    session->changeProfile(profile);
    adopt(std::move(session));
    Q_EMIT profilesChanged();
    return {};
}

void Workbench::removeProfile(const std::string& name)
{
    remember([&](settings::Settings& kept) {
        std::erase_if(kept.profiles, [&](const settings::Profile& profile) { return profile.name == name; });
    });
    if (m_profile.name == name)
        openProfile(std::string(settings::LocalProfileName));
    Q_EMIT profilesChanged();
}

void Workbench::adopt(std::unique_ptr<ProfileSession> session)
{
    m_handedOut = false;
    handOutServices();
    m_session = std::move(session);
    connect(m_session.get(), &ProfileSession::stateChanged, this, &Workbench::followSession);
    connect(m_session.get(), &ProfileSession::progressChanged, this, &Workbench::sessionChanged);
    connect(m_session.get(), &ProfileSession::accountChanged, this, &Workbench::sessionChanged);
    followSession();
}

void Workbench::followSession()
{
    const bool ready = m_session->state() == ProfileSession::State::Ready;
    if (ready != m_handedOut) {
        m_handedOut = ready;
        handOutServices();
    }
    Q_EMIT sessionChanged();
}

void Workbench::handOutServices()
{
    if (m_services.workspace != nullptr)
        disconnect(m_services.workspace, nullptr, this, nullptr);
    m_services = m_handedOut ? m_session->services() : jobs::Services{};
    const jobs::Services* const services = m_handedOut ? &m_services : nullptr;
    m_query.setProfile(m_profile.name);
    m_ask.setProfile(m_profile);
    m_smoke.setProfile(m_profile.name);
    m_editLock.setServices(services);
    m_changes.setServices(services);
    m_keys.setServices(services);
    m_compare.setServices(services);
    m_answerPrices.setServices(services);
    m_smoke.setServices(services);
    m_directory.setServices(services);
    m_explain.setService(m_services.explain);
    m_replay.setService(m_services.explain);
    for (PagePresenter* const presenter : presenters())
        presenter->setServices(services);
    if (m_services.workspace != nullptr)
        connect(m_services.workspace, &jobs::Workspace::inFlightChanged, this, &Workbench::queriesChanged);
    Q_EMIT queriesChanged(queriesInFlight());
}

int Workbench::queriesInFlight() const
{
    return m_services.workspace != nullptr ? m_services.workspace->inFlight() : 0;
}

void Workbench::remember(const std::function<void(settings::Settings&)>& change)
{
    change(m_settings);
    m_saveTimer.start();
}

void Workbench::flush()
{
    if (!m_saveTimer.isActive())
        return;
    m_saveTimer.stop();
    const Status saved = m_store.save(m_settings);
    const QString notice =
        saved ? QString() : QString::fromStdString(saved.error().message + " " + saved.error().advice);
    if (notice == m_notice)
        return;
    m_notice = notice;
    Q_EMIT noticeChanged();
}

} // namespace gatehouse::ui
