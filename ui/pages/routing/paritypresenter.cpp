// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/paritypresenter.h"

namespace gatehouse::ui {

namespace {

QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

tl::unexpected<Error> refused(const QString& message)
{
    return fail(Error::Kind::InvalidInput, message.toStdString());
}

} // namespace

ParityPresenter::ParityPresenter(ViewContext& context, ChangeFlow& flow, QObject* parent)
    : PosturePresenter(context, parent)
    , m_flow(flow)
{
    connect(&flow, &ChangeFlow::applied, this, [this] { refresh(); });
}

QString ParityPresenter::keyOf(const gateway::ParityCheck& check)
{
    return text(check.pool + "/" + check.primary + "/" + check.candidate);
}

void ParityPresenter::select(const QString& key)
{
    if (key == m_selected)
        return;
    m_selected = key;
    Q_EMIT changed();
}

const gateway::ParityCheck* ParityPresenter::selected() const
{
    if (report() == nullptr || report()->parity.empty())
        return nullptr;
    for (const gateway::ParityCheck& check : report()->parity) {
        if (keyOf(check) == m_selected)
            return &check;
    }
    return &report()->parity.front();
}

QString ParityPresenter::whyNotWrite() const
{
    if (report() == nullptr || selected() == nullptr)
        return tr("There is no fallback to certify.");
    if (report()->entriesError)
        return text(report()->entriesError->message);
    return m_flow.lock().whyNot();
}

QString ParityPresenter::whyNotCertify() const
{
    const QString locked = whyNotWrite();
    if (!locked.isEmpty() || selected()->certification.mayBeCertified)
        return locked;
    return text(selected()->certification.sentence);
}

Status ParityPresenter::checkEntry(const QString& owner, std::optional<DateTime> expiry) const
{
    constexpr int LongestOwner = 60;
    if (owner.trimmed().isEmpty())
        return refused(tr("Name who answers for it."));
    if (owner.size() > LongestOwner)
        return refused(tr("The owner's name is longer than %1 characters.").arg(LongestOwner));
    const DateTime now = context().clock().now();
    if (expiry && *expiry <= now)
        return refused(tr("It has to end in the future."));
    if (expiry && *expiry - now > Ticks(LongestTerm))
        return refused(tr("It has to end within a year."));
    return {};
}

Status ParityPresenter::propose(gateway::ParityRegister entries, const QString& title)
{
    if (report() == nullptr)
        return refused(tr("Nothing is loaded yet."));
    Result<jobs::Change> change =
        jobs::parityChange(*report(), std::move(entries), title.toStdString(), context().clock().now());
    if (!change)
        return fail(change.error());
    m_flow.propose({title.toStdString(), {}, {std::move(*change)}});
    return {};
}

Status ParityPresenter::certify(const QString& owner, DateTime expiry)
{
    const gateway::ParityCheck* const check = selected();
    if (check == nullptr || !check->certification.mayBeCertified)
        return refused(tr("This fallback cannot be certified."));
    if (const Status entry = checkEntry(owner, expiry); !entry)
        return entry;
    gateway::ParityRegister entries = report()->entries;
    entries.put(gateway::Certificate{check->pool, check->primary, check->candidate,
                                     owner.trimmed().toStdString(), context().clock().now(), expiry,
                                     check->facts});
    return propose(std::move(entries),
                   tr("Certify %1 as fallback of %2 in %3")
                       .arg(text(check->candidate), text(check->primary), text(check->pool)));
}

Status ParityPresenter::grant(gateway::ParityPoint point, const QString& owner, const QString& reason,
                              DateTime expiry)
{
    constexpr int LongestReason = 120;
    const gateway::ParityCheck* const check = selected();
    if (check == nullptr)
        return refused(tr("There is no fallback."));
    if (const Status entry = checkEntry(owner, expiry); !entry)
        return entry;
    if (reason.trimmed().isEmpty())
        return refused(tr("Say why it may deviate."));
    if (reason.size() > LongestReason)
        return refused(tr("The reason is longer than %1 characters.").arg(LongestReason));
    gateway::ParityRegister entries = report()->entries;
    entries.put(gateway::ParityException{check->pool, check->primary, check->candidate, point,
                                         owner.trimmed().toStdString(), reason.trimmed().toStdString(),
                                         expiry});
    const std::string_view title = gateway::titleOf(point);
    return propose(std::move(entries),
                   tr("Let %1 deviate in “%2” as fallback of %3")
                       .arg(text(check->candidate), text(std::string(title)), text(check->primary)));
}

Status ParityPresenter::declareTools(const std::string& backend, const QString& tools, const QString& owner)
{
    constexpr int LongestTools = 120;
    if (report() == nullptr)
        return refused(tr("Nothing is loaded yet."));
    if (const Status entry = checkEntry(owner, std::nullopt); !entry)
        return entry;
    if (tools.trimmed().isEmpty())
        return refused(tr("Say which tools and data it may reach, or “none”."));
    if (tools.size() > LongestTools)
        return refused(tr("That is longer than %1 characters.").arg(LongestTools));
    gateway::ParityRegister entries = report()->entries;
    entries.put(
        gateway::ToolDeclaration{backend, tools.trimmed().toStdString(), owner.trimmed().toStdString()});
    return propose(std::move(entries), tr("Declare the tools of %1").arg(text(backend)));
}

} // namespace gatehouse::ui
