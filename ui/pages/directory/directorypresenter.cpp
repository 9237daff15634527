// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/directory/directorypresenter.h"

#include "core/base/encoding.h"
#include "core/base/files.h"
#include "core/base/utf8.h"
#include "core/jobs/quotaboard.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QDir>
#include <QtGui/QUndoCommand>

#include <algorithm>

namespace gatehouse::ui {

using gateway::DirectoryFields;
using gateway::ServiceDirectory;
using gateway::ServiceFacts;
using DirectoryPhase = DirectoryState::Phase;

namespace {

constexpr std::size_t MaxFileBytes = 1U << 20U; ///< far more than a directory can hold
/// The board's subscriptions are wanted, not its figures.
constexpr std::chrono::hours ShortRange{1};

Result<ServiceDirectory> readCsv(const std::string& path, const ServiceDirectory& keep)
{
    const auto text = readFile(path, MaxFileBytes);
    if (!text)
        return fail(text.error());
    return gateway::directoryFromCsv(*text, keep);
}

} // namespace

QString factName(std::size_t field)
{
    using P = DirectoryPresenter;
    switch (field) {
    case 0:
        return P::tr("Service");
    case 1:
        return P::tr("Application");
    case 2:
        return P::tr("Feature");
    case 3:
        return P::tr("Environment");
    case 4:
        return P::tr("Owner");
    case 5:
        return P::tr("Cost centre");
    default:
        return P::tr("Sensitivity");
    }
}

/// Some texts of the draft, forth and back.
class DirectoryPresenter::Step final : public QUndoCommand
{
public:
    Step(DirectoryPresenter& presenter, const QString& what, std::vector<FactEdit> before,
         std::vector<FactEdit> after)
        : QUndoCommand(what)
        , m_presenter(presenter)
        , m_before(std::move(before))
        , m_after(std::move(after))
    {}

    void undo() override { put(m_before); }
    void redo() override { put(m_after); }

private:
    void put(const std::vector<FactEdit>& edits)
    {
        for (const FactEdit& edit : edits)
            m_presenter.m_draft.set(edit);
        Q_EMIT m_presenter.changed();
    }

    DirectoryPresenter& m_presenter;
    std::vector<FactEdit> m_before;
    std::vector<FactEdit> m_after;
};

DirectoryPresenter::DirectoryPresenter(ChangeFlow& flow, const Clock& clock, QObject* parent)
    : QObject(parent)
    , m_flow(flow)
    , m_clock(clock)
{
    connect(&flow.lock(), &EditLock::changed, this, [this] {
        // It also tells every second of the rest.
        if (const QString why = whyNoEditing(); why != m_why) {
            m_why = why;
            Q_EMIT changed();
        }
    });
    connect(&flow, &ChangeFlow::changed, this, &DirectoryPresenter::changed);
    connect(&flow, &ChangeFlow::applied, this, &DirectoryPresenter::takeApplied);
}

DirectoryPresenter::~DirectoryPresenter()
{
    m_stop.request_stop();
    m_importStop.request_stop();
}

void DirectoryPresenter::setServices(const jobs::Services* services)
{
    m_stop.request_stop();
    m_importStop.request_stop();
    if (m_changes != nullptr)
        disconnect(m_changes, nullptr, this, nullptr);
    m_services = services;
    m_changes = services != nullptr ? services->changes : nullptr;
    if (m_changes != nullptr)
        connect(m_changes, &jobs::ChangeService::applied, this, [this](const jobs::JournalEntry& entry) {
            if (m_phase != DirectoryPhase::Waiting && isOurs(entry))
                refresh();
        });
    m_phase = DirectoryPhase::Waiting;
    m_refreshing = false;
    m_importing = false;
    m_error.reset();
    m_known.clear();
    m_included.clear();
    m_servicesUnknown.clear();
    forgetDraft();
    m_draft = {};
    Q_EMIT changed();
}

std::vector<std::string> DirectoryPresenter::services() const
{
    std::map<std::string, std::string> ids; // by the id in lower case
    for (const ServiceFacts& facts : m_draft.standing().services)
        ids.emplace(toLower(facts.subscription), facts.subscription);
    for (const auto& [id, name] : m_known)
        ids.emplace(toLower(id), id);
    for (const std::string& id : m_included)
        ids.emplace(toLower(id), id);
    for (const std::string& id : m_draft.drafted())
        ids.emplace(toLower(id), id);
    std::vector<std::string> services;
    for (auto& [key, id] : ids)
        services.push_back(std::move(id));
    return services;
}

std::shared_ptr<const DirectoryState> DirectoryPresenter::state() const
{
    auto state = std::make_shared<DirectoryState>();
    state->phase = m_phase;
    state->refreshing = m_refreshing;
    state->gateway = m_services != nullptr && m_services->facts != nullptr;
    state->error = m_error;
    state->servicesUnknown = m_servicesUnknown;
    state->importing = m_importing;
    state->drafts = m_draft.services();
    state->whyNoEditing = whyNoEditing();
    state->whyNoSave = whyNoSave();
    if (m_phase != DirectoryPhase::Shown)
        return state;
    if (const auto text = gateway::writeDirectory(m_draft.shown()))
        state->characters = codePointCount(*text);
    for (const std::string& service : services()) {
        DirectoryRow row;
        row.facts = m_draft.facts(service);
        row.described = saysAnything(row.facts);
        row.changedMeanwhile = m_draft.changedMeanwhile(service);
        for (std::size_t field = 1; field < DirectoryFields.size(); ++field) {
            if (m_draft.has(service, field))
                row.drafted.insert(field);
        }
        const auto known = std::find_if(m_known.begin(), m_known.end(), [&](const auto& entry) {
            return equalsIgnoreCase(entry.first, service);
        });
        if (known != m_known.end())
            row.name = QString::fromStdString(known->second);
        state->rows.push_back(std::move(row));
    }
    return state;
}

void DirectoryPresenter::refresh()
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    if (m_services == nullptr || m_services->facts == nullptr) {
        m_phase = m_services == nullptr ? DirectoryPhase::Waiting : DirectoryPhase::Failed;
        m_error =
            fail(Error::Kind::NotFound, tr("This profile names no API Management service.").toStdString(),
                 tr("Pick one in the profile: the directory is kept there.").toStdString())
                .value();
        Q_EMIT changed();
        return;
    }
    if (m_phase != DirectoryPhase::Shown)
        m_phase = DirectoryPhase::Loading;
    m_refreshing = true;
    Q_EMIT changed();
    const std::stop_token stop = m_stop.get_token();
    askServices();
    m_services->facts->facts(stop).then(this, [this, stop](const Result<jobs::FactsNow>& now) {
        if (!stop.stop_requested())
            takeFacts(now);
    });
}

void DirectoryPresenter::askServices()
{
    if (m_services->quotaBoard == nullptr) {
        m_servicesUnknown = tr("Services that the directory does not name are not known.");
        return;
    }
    const DateTime now = m_clock.now();
    m_services->quotaBoard->board({{now - ShortRange, now}, {}}, m_stop.get_token())
        .then(this, [this, stop = m_stop.get_token()](
                        const Result<std::shared_ptr<const jobs::QuotaBoard>>& board) {
            if (stop.stop_requested())
                return;
            const std::string unknown =
                board ? (*board)->subscriptionsUnknown : board.error().message + " " + board.error().advice;
            m_servicesUnknown = unknown.empty()
                                    ? QString()
                                    : tr("Services that the directory does not name are missing: %1")
                                          .arg(QString::fromStdString(unknown));
            if (board) {
                m_known.clear();
                for (const jobs::QuotaBoardRow& row : (*board)->rows) {
                    if (!row.service.empty())
                        m_known[row.service] = row.displayName;
                }
            }
            Q_EMIT changed();
        });
}

void DirectoryPresenter::takeFacts(const Result<jobs::FactsNow>& now)
{
    m_refreshing = false;
    if (now) {
        m_draft.rebase(*now);
        m_error.reset();
        m_phase = DirectoryPhase::Shown;
    } else {
        // What was shown stays, and the draft with it.
        m_error = now.error();
        if (m_phase != DirectoryPhase::Shown)
            m_phase = DirectoryPhase::Failed;
    }
    Q_EMIT changed();
}

void DirectoryPresenter::include(const std::string& service)
{
    const auto isId = [](const std::string& text) {
        return !text.empty() && text.find_first_of("/?#\\ ") == std::string::npos &&
               gateway::whyNoFact(text).empty();
    };
    if (isId(service) && m_included.insert(service).second)
        Q_EMIT changed();
}

QString DirectoryPresenter::whyNoEditing() const
{
    if (m_phase == DirectoryPhase::Shown)
        return m_flow.lock().whyNot();
    return m_phase == DirectoryPhase::Failed ? tr("The directory could not be read.")
                                             : tr("The directory is being read.");
}

QString DirectoryPresenter::whyNoSave() const
{
    if (const QString why = whyNoEditing(); !why.isEmpty())
        return why;
    if (m_importing)
        return tr("A file is being read.");
    if (m_flow.state()->phase == ChangeState::Phase::Applying)
        return tr("Another change is being written.");
    if (m_draft.empty())
        return tr("There is no draft to review. Edit a text first.");
    const auto set = m_draft.changes();
    return set ? QString() : QString::fromStdString(set.error().message + " " + set.error().advice);
}

Status DirectoryPresenter::edit(const std::string& service, std::size_t field, const QString& typed)
{
    if (const QString why = whyNoEditing(); !why.isEmpty())
        return fail(Error::Kind::Denied, why.toStdString());
    const std::string text = typed.trimmed().toStdString();
    if (const std::string why = gateway::whyNoFact(text); !why.empty())
        return fail(Error::Kind::InvalidInput,
                    tr("%1: the text %2.").arg(factName(field), QString::fromStdString(why)).toStdString());
    if (m_draft.facts(service).*DirectoryFields[field].text != text)
        push(tr("%1 of %2").arg(factName(field), QString::fromStdString(service)), {{service, field, text}});
    return {};
}

Status DirectoryPresenter::clear(const std::vector<std::pair<std::string, std::size_t>>& cells)
{
    if (const QString why = whyNoEditing(); !why.isEmpty())
        return fail(Error::Kind::Denied, why.toStdString());
    std::vector<FactEdit> edits;
    for (const auto& [service, field] : cells) {
        if (field != 0 && !(m_draft.facts(service).*DirectoryFields[field].text).empty())
            edits.push_back({service, field, std::string()});
    }
    if (!edits.empty())
        push(tr("Cleared texts"), edits);
    return {};
}

void DirectoryPresenter::push(const QString& what, const std::vector<FactEdit>& edits)
{
    std::vector<FactEdit> before;
    for (const FactEdit& edit : edits)
        before.push_back(m_draft.entry(edit.service, edit.field));
    m_undo.push(new Step(*this, what, std::move(before), edits));
}

void DirectoryPresenter::importFile(const QString& path)
{
    const QString why = m_importing ? tr("A file is being read already.") : whyNoEditing();
    if (!why.isEmpty()) {
        Q_EMIT importFailed(fail(Error::Kind::Denied, why.toStdString()).value());
        return;
    }
    m_importing = true;
    m_importStop = std::stop_source();
    Q_EMIT changed();
    QtConcurrent::run([file = QDir::toNativeSeparators(path).toStdString(), keep = m_draft.shown()] {
        return readCsv(file, keep);
    }).then(this, [this, stop = m_importStop.get_token()](const Result<ServiceDirectory>& read) {
        if (!stop.stop_requested())
            takeImport(read);
    });
}

void DirectoryPresenter::takeImport(const Result<ServiceDirectory>& read)
{
    m_importing = false;
    Result<int> taken = 0;
    std::vector<FactEdit> edits;
    DirectoryDraft draft = m_draft;
    if (read) {
        for (const ServiceFacts& facts : read->services) {
            const ServiceFacts before = m_draft.facts(facts.subscription);
            const std::size_t edited = edits.size();
            for (std::size_t field = 1; field < DirectoryFields.size(); ++field) {
                const auto member = DirectoryFields[field].text;
                if (facts.*member != before.*member)
                    edits.push_back({facts.subscription, field, facts.*member});
            }
            *taken += edits.size() > edited ? 1 : 0;
        }
        for (const FactEdit& edit : edits)
            draft.set(edit);
        if (const auto set = draft.changes(); !set)
            taken = fail(set.error()); // longer than a named value may be
    } else {
        taken = fail(read.error());
    }
    if (taken && !edits.empty())
        push(tr("Import"), edits);
    else
        Q_EMIT changed();
    if (taken)
        Q_EMIT imported(*taken);
    else
        Q_EMIT importFailed(taken.error());
}

Status DirectoryPresenter::exportFile(const QString& path) const
{
    ServiceDirectory all;
    for (const std::string& service : services())
        all.set(m_draft.facts(service));
    // The mark tells spreadsheets that the text is UTF-8.
    return atomicWrite(QDir::toNativeSeparators(path).toStdString(),
                       "\xEF\xBB\xBF" + gateway::directoryToCsv(all), 0644);
}

void DirectoryPresenter::forgetDraft()
{
    m_draft.clear();
    m_undo.clear();
    m_proposed = false;
}

void DirectoryPresenter::discard()
{
    forgetDraft();
    Q_EMIT changed();
}

Status DirectoryPresenter::propose()
{
    if (const QString why = whyNoSave(); !why.isEmpty())
        return fail(Error::Kind::InvalidInput, why.toStdString());
    auto set = m_draft.changes();
    if (!set)
        return fail(set.error());
    m_proposed = true;
    m_flow.propose(std::move(*set));
    return {};
}

bool DirectoryPresenter::isOurs(const jobs::JournalEntry& entry) const
{
    return std::any_of(entry.steps.begin(), entry.steps.end(), [this](const jobs::JournalStep& step) {
        return equalsIgnoreCase(step.resourceId, m_draft.resourceId());
    });
}

void DirectoryPresenter::takeApplied(const jobs::JournalEntry& entry)
{
    if (m_phase == DirectoryPhase::Waiting || !isOurs(entry))
        return;
    // An undo, or a change made elsewhere, leaves a draft as it is: its review merges.
    if (m_proposed && entry.undoes == 0 && entry.result == jobs::JournalEntry::Result::Applied)
        forgetDraft();
    m_proposed = false;
    refresh();
}

} // namespace gatehouse::ui
