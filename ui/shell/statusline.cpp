// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/statusline.h"

#include "ui/models/format.h"
#include "ui/shell/workbench.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QHBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

ElidedLabel* captionLabel(const QString& objectName, const char* mood)
{
    auto* const label = new ElidedLabel;
    label->setObjectName(objectName);
    label->setProperty("role", u"caption"_s);
    if (*mood != '\0')
        label->setProperty("mood", QString::fromLatin1(mood));
    return label;
}

} // namespace

StatusLine::StatusLine(Workbench& workbench)
    : m_workbench(workbench)
    , m_account(captionLabel(u"statusAccount"_s, ""))
    , m_keychain(captionLabel(u"statusKeychain"_s, "warn"))
    , m_told(captionLabel(u"statusTold"_s, ""))
    , m_summary(makeLabel(u"statusSummary"_s, "captionStrong"))
    , m_age(makeLabel(u"statusAge"_s, "caption"))
    , m_queries(makeLabel(u"statusQueries"_s, "caption"))
{
    setProperty("surface", u"status"_s);
    nameWidget(this, u"status"_s, tr("Status"));
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(metric::Space3, 0, metric::Space3, 0);
    row->setSpacing(metric::Space4);
    row->addWidget(m_account);
    row->addWidget(m_keychain);
    row->addWidget(m_told, 1);
    row->addStretch(1);
    row->addWidget(m_summary);
    row->addWidget(m_age);
    row->addWidget(m_queries);
    setFixedHeight(metric::StatusHeight);
    m_second.setInterval(1000);
    m_forget.setSingleShot(true);
    m_forget.setInterval(8000);
    connect(&m_second, &QTimer::timeout, this, &StatusLine::update);
    connect(&m_forget, &QTimer::timeout, this, [this] { m_told->setFullText({}); });
    connect(&workbench, &Workbench::sessionChanged, this, &StatusLine::update);
    connect(&workbench, &Workbench::queriesChanged, this, &StatusLine::update);
    m_second.start();
    update();
}

void StatusLine::follow(PagePresenter* presenter)
{
    if (m_presenter != nullptr)
        disconnect(m_presenter, nullptr, this, nullptr);
    m_presenter = presenter;
    if (m_presenter != nullptr)
        connect(m_presenter, &PagePresenter::changed, this, &StatusLine::update);
    update();
}

void StatusLine::setSummary(const QString& text)
{
    m_summary->setText(text);
}

void StatusLine::tell(const QString& text)
{
    m_told->setFullText(text);
    m_forget.start();
}

void StatusLine::update()
{
    const settings::Profile& profile = m_workbench.profile();
    const ProfileSession* const session = m_workbench.session();
    QString place = fromText(profile.name);
    if (profile.isLocal())
        place = tr("This computer (sample data)");
    QString who = tr("Not signed in");
    QString keychain;
    if (session != nullptr && session->state() == ProfileSession::State::Starting) {
        who = tr("Starting");
    } else if (session != nullptr && session->account()) {
        const jobs::Account account = *session->account();
        who = tr("Signed in as %1").arg(fromText(account.name.empty() ? account.username : account.name));
        if (!account.stored)
            keychain = session->keychainNote();
    }
    m_account->setFullText(who + u" · "_s + place);
    m_keychain->setFullText(keychain.isEmpty() ? QString() : u"▲ "_s + keychain);
    m_keychain->setVisible(!keychain.isEmpty());

    QString age;
    if (m_presenter != nullptr && m_presenter->status().showsData()) {
        const auto span = m_workbench.clock().now() - m_presenter->status().loadedAt;
        age = tr("Data %1").arg(formatAge(std::chrono::duration_cast<std::chrono::seconds>(span)));
    }
    m_age->setText(age);
    const int queries = m_workbench.queriesInFlight();
    m_queries->setText(queries == 0 ? tr("No queries") : tr("%n queries", nullptr, queries));
}

} // namespace gatehouse::ui
