// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/profilewizard.h"

#include "core/base/encoding.h"
#include "ui/models/format.h"
#include "ui/shell/checklist.h"
#include "ui/shell/workbench.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QComboBox* makeCombo(QFormLayout& form, const QString& objectName, const QString& label)
{
    auto* const combo = new QComboBox;
    nameWidget(combo, objectName, label);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(30);
    auto* const caption = makeLabel(objectName + u"Label"_s, "", label);
    caption->setBuddy(combo);
    form.addRow(caption, combo);
    return combo;
}

QLineEdit* makeLine(QFormLayout& form, const QString& objectName, const QString& label,
                    const QString& example)
{
    auto* const line = new QLineEdit;
    nameWidget(line, objectName, label);
    line->setPlaceholderText(example);
    auto* const caption = makeLabel(objectName + u"Label"_s, "", label);
    caption->setBuddy(line);
    form.addRow(caption, line);
    return line;
}

QFormLayout* makeForm(QWidget& page)
{
    auto* const form = new QFormLayout(&page);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(metric::Space4);
    form->setVerticalSpacing(metric::Space3);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

/// The chosen element of the list that filled the combo; null when nothing is.
template <typename T>
const T* chosen(const QComboBox& combo, const std::vector<T>& from)
{
    const int index = combo.currentIndex();
    return index >= 0 && index < static_cast<int>(from.size()) ? &from[static_cast<std::size_t>(index)]
                                                               : nullptr;
}

void fillWith(QComboBox& combo, const std::vector<jobs::FoundResource>& resources)
{
    const QSignalBlocker quiet(combo);
    combo.clear();
    for (const jobs::FoundResource& resource : resources) {
        const QString place = resource.location.empty() ? QString() : u" · "_s + fromText(resource.location);
        combo.addItem(fromText(resource.name) + u" ("_s + fromText(resource.resourceGroup) + u')' + place);
    }
}

} // namespace

ProfileWizard::ProfileWizard(const Theme& theme, Workbench& workbench, SignInPanel::Opener opener,
                             QWidget* parent)
    : QDialog(parent)
    , m_theme(theme)
    , m_workbench(workbench)
    , m_heading(makeLabel(u"wizardHeading"_s, "heading"))
    , m_explain(makeLabel(u"wizardExplain"_s, "muted"))
    , m_wrong(makeLabel(u"wizardWrong"_s, "bad"))
    , m_pages(new QStackedWidget)
    , m_signIn(new SignInPanel(theme, workbench.clock(), std::move(opener)))
    , m_back(new QPushButton(tr("Back")))
    , m_next(new QPushButton(tr("Continue")))
{
    nameWidget(this, u"profileWizard"_s, tr("Add a profile"));
    nameWidget(m_pages, u"wizardPages"_s, tr("Step"));
    nameWidget(m_back, u"wizardBack"_s, tr("Back"));
    nameWidget(m_next, u"wizardNext"_s, tr("Continue"));
    setWindowTitle(tr("Add a profile"));
    m_explain->setWordWrap(true);
    m_wrong->setWordWrap(true);
    m_next->setProperty("kind", u"primary"_s);
    m_next->setDefault(true);
    m_pages->addWidget(buildApplication());
    m_pages->addWidget(m_signIn);
    m_pages->addWidget(buildChoose());
    m_pages->addWidget(buildTest());
    auto* const cancel = new QPushButton(tr("Cancel"));
    nameWidget(cancel, u"wizardCancel"_s, tr("Cancel"));
    auto* const foot = new QHBoxLayout;
    foot->setSpacing(metric::Space2);
    foot->addWidget(m_back);
    foot->addStretch(1);
    foot->addWidget(cancel);
    foot->addWidget(m_next);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space6, metric::Space6, metric::Space6, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addWidget(m_heading);
    column->addWidget(m_explain);
    column->addSpacing(metric::Space1);
    column->addWidget(m_pages, 1);
    column->addWidget(m_wrong);
    column->addLayout(foot);
    resize(620, 480);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_back, &QPushButton::clicked, this, &ProfileWizard::goBack);
    connect(m_next, &QPushButton::clicked, this, &ProfileWizard::goOn);
    connect(m_signIn, &SignInPanel::signedIn, this, [this] {
        showStep(Choose);
        loadTenants();
    });
    showStep(Application);
}

ProfileWizard::~ProfileWizard()
{
    m_stop.request_stop();
    m_signIn->end(); // the session that it follows ends with this dialog
}

QWidget* ProfileWizard::buildApplication()
{
    auto* const page = new QWidget;
    nameWidget(page, u"wizardApplication"_s, tr("Cloud and application"));
    QFormLayout* const form = makeForm(*page);
    m_cloud = makeCombo(*form, u"wizardCloud"_s, tr("Cloud"));
    for (const settings::Cloud& cloud : settings::azureClouds())
        m_cloud->addItem(fromText(cloud.name), fromText(cloud.id));
    m_clientId = new QLineEdit;
    nameWidget(m_clientId, u"wizardClientId"_s, tr("Application (client) id"));
    m_clientId->setPlaceholderText(u"00000000-0000-0000-0000-000000000000"_s);
    auto* const caption = makeLabel(u"wizardClientIdLabel"_s, "", tr("Application (client) id"));
    caption->setBuddy(m_clientId);
    form->addRow(caption, m_clientId);
    auto* const hint =
        makeLabel(u"wizardClientIdHint"_s, "caption",
                  tr("Your administrator registers Gatehouse once as a public client in Microsoft Entra "
                     "and gives you this id; it is on the registration's Overview page. It is no secret."));
    hint->setWordWrap(true);
    hint->setMinimumSize(400, 54); // a label that wraps has no height before its width
    form->addRow(QString(), hint);
    connect(m_clientId, &QLineEdit::textChanged, this, &ProfileWizard::updateButtons);
    return page;
}

QWidget* ProfileWizard::buildChoose()
{
    auto* const page = new QWidget;
    nameWidget(page, u"wizardChoose"_s, tr("Tenant, subscription, workspace and gateway"));
    QFormLayout* const form = makeForm(*page);
    m_tenant = makeCombo(*form, u"wizardTenant"_s, tr("Tenant"));
    m_subscription = makeCombo(*form, u"wizardSubscription"_s, tr("Subscription"));
    m_workspace = makeCombo(*form, u"wizardWorkspace"_s, tr("Log Analytics workspace"));
    m_apim = makeCombo(*form, u"wizardApim"_s, tr("API Management service"));
    m_ragUrl = makeLine(*form, u"wizardRagUrl"_s, tr("RAG backend (optional)"), u"https://rag.example.com"_s);
    m_ragScope = makeLine(*form, u"wizardRagScope"_s, tr("Scope of its tokens"), u"api://rag/.default"_s);
    connect(m_tenant, &QComboBox::currentIndexChanged, this, &ProfileWizard::loadSubscriptions);
    connect(m_subscription, &QComboBox::currentIndexChanged, this, &ProfileWizard::loadResources);
    connect(m_workspace, &QComboBox::currentIndexChanged, this, &ProfileWizard::updateButtons);
    connect(m_apim, &QComboBox::currentIndexChanged, this, &ProfileWizard::updateButtons);
    return page;
}

QWidget* ProfileWizard::buildTest()
{
    auto* const page = new QWidget;
    nameWidget(page, u"wizardTest"_s, tr("Test the connection"));
    m_name = new QLineEdit;
    m_name->setMaxLength(100);
    nameWidget(m_name, u"wizardName"_s, tr("Name of the profile"));
    connect(m_name, &QLineEdit::textChanged, this, &ProfileWizard::updateButtons);
    auto* const caption = makeLabel(u"wizardNameLabel"_s, "", tr("Name"));
    caption->setBuddy(m_name);
    auto* const nameRow = new QHBoxLayout;
    nameRow->setSpacing(metric::Space4);
    nameRow->addWidget(caption);
    nameRow->addWidget(m_name, 1);
    m_checks = new CheckList;
    auto* const scroll = new QScrollArea;
    nameWidget(scroll, u"wizardCheckScroll"_s, tr("Checks"));
    scroll->setWidget(m_checks);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* const column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addLayout(nameRow);
    column->addWidget(scroll, 1);
    return page;
}

void ProfileWizard::showStep(Step step)
{
    m_step = step;
    m_busy = false;
    m_wrong->clear();
    m_pages->setCurrentIndex(step);
    switch (step) {
    case Application:
        m_heading->setText(tr("1 of 4 · Cloud and application"));
        m_explain->setText(tr("Where your gateway runs, and which application Gatehouse signs in as."));
        break;
    case SignInStep:
        m_heading->setText(tr("2 of 4 · Sign in"));
        m_explain->setText(tr("With the account that may read the workspace and the gateway."));
        break;
    case Choose:
        m_heading->setText(tr("3 of 4 · Choose"));
        m_explain->setText(
            tr("What this account can see. The workspace is the one that the gateway's diagnostics go to."));
        break;
    case Test:
        m_heading->setText(tr("4 of 4 · Test the connection"));
        m_explain->setText(
            tr("Each permission and each telemetry that the pages need. You may save it as it is and mend "
               "the rest later."));
        break;
    }
    updateButtons();
}

void ProfileWizard::updateButtons()
{
    m_back->setVisible(m_step != Application);
    m_next->setVisible(m_step != SignInStep);
    m_next->setText(m_step == Test ? tr("Save") : tr("Continue"));
    bool ready = !m_busy;
    if (m_step == Application)
        ready = isGuid(m_clientId->text().trimmed().toStdString());
    else if (m_step == Choose)
        ready = ready && m_workspace->currentIndex() >= 0;
    else if (m_step == Test)
        ready = !m_name->text().trimmed().isEmpty();
    m_next->setEnabled(ready);
}

void ProfileWizard::goOn()
{
    switch (m_step) {
    case Application:
        openSession();
        break;
    case SignInStep:
        break;
    case Choose:
        if (const Status valid = validated(); !valid) {
            sayWrong(valid.error());
            break;
        }
        showStep(Test);
        runTest();
        break;
    case Test:
        save();
        break;
    }
}

void ProfileWizard::goBack()
{
    m_stop.request_stop();
    if (m_step == Test) {
        showStep(Choose);
        return;
    }
    m_signIn->end();
    m_session.reset();
    showStep(Application);
}

void ProfileWizard::done(int result)
{
    m_stop.request_stop();
    m_signIn->end();
    QDialog::done(result);
}

std::stop_token ProfileWizard::renewStop()
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    return m_stop.get_token();
}

void ProfileWizard::sayWrong(const Error& error)
{
    m_busy = false;
    if (!error.cancelled())
        m_wrong->setText(fromText(error.message) + u' ' + fromText(error.advice));
    updateButtons();
}

Status ProfileWizard::validated() const
{
    settings::Profile profile = draft();
    if (profile.name.empty())
        profile.name = "New profile";
    return settings::validate(profile);
}

settings::Profile ProfileWizard::draft() const
{
    settings::Profile profile;
    profile.name = m_name->text().trimmed().toStdString();
    profile.cloudId = m_cloud->currentData().toString().toStdString();
    profile.clientId = m_clientId->text().trimmed().toStdString();
    profile.tenantId = "organizations";
    if (const jobs::Tenant* const tenant = chosen(*m_tenant, m_tenants))
        profile.tenantId = tenant->id;
    if (const jobs::Subscription* const subscription = chosen(*m_subscription, m_subscriptions))
        profile.subscriptionId = subscription->id;
    if (const jobs::FoundResource* const workspace = chosen(*m_workspace, m_resources.workspaces)) {
        profile.workspaceId = workspace->workspaceGuid;
        profile.workspaceResourceId = workspace->id;
    }
    if (const jobs::FoundResource* const apim = chosen(*m_apim, m_resources.apimServices))
        profile.apimResourceId = apim->id;
    profile.ragUrl = m_ragUrl->text().trimmed().toStdString();
    profile.ragScope = m_ragScope->text().trimmed().toStdString();
    if (m_session && m_session->account())
        profile.accountKey = m_session->account()->objectId + "." + m_session->account()->tenantId;
    return profile;
}

void ProfileWizard::openSession()
{
    settings::Profile profile = draft();
    profile.name = "New profile";
    m_session = m_workbench.factory().open(profile);
    m_session->start();
    if (m_session->state() == ProfileSession::State::Failed) {
        sayWrong(m_session->error().value_or(Error{}));
        return;
    }
    showStep(SignInStep);
    m_signIn->start(m_session->signIn());
}

void ProfileWizard::loadTenants()
{
    m_busy = true;
    updateButtons();
    m_session->discovery()
        .tenants(renewStop())
        .then(this, [this](const Result<std::vector<jobs::Tenant>>& answer) {
            if (!answer)
                return sayWrong(answer.error());
            m_tenants = *answer;
            {
                const QSignalBlocker quiet(m_tenant);
                m_tenant->clear();
                for (const jobs::Tenant& tenant : m_tenants)
                    m_tenant->addItem(
                        fromText(tenant.name.empty() ? tenant.id : tenant.name) +
                        (tenant.domain.empty() ? QString() : u" · "_s + fromText(tenant.domain)));
            }
            loadSubscriptions();
        });
}

void ProfileWizard::loadSubscriptions()
{
    const jobs::Tenant* const tenant = chosen(*m_tenant, m_tenants);
    m_subscriptions.clear();
    m_subscription->clear();
    fillResources({});
    if (tenant == nullptr)
        return sayWrong(fail(Error::Kind::NotFound,
                             tr("This account is in no tenant that it can list.").toStdString(),
                             tr("Sign in with another account.").toStdString())
                            .value());
    m_busy = true;
    m_wrong->clear();
    updateButtons();
    m_session->discovery()
        .subscriptions(tenant->id, renewStop())
        .then(this, [this](const Result<std::vector<jobs::Subscription>>& answer) {
            if (!answer)
                return sayWrong(answer.error());
            m_subscriptions = *answer;
            {
                const QSignalBlocker quiet(m_subscription);
                m_subscription->clear();
                for (const jobs::Subscription& subscription : m_subscriptions)
                    m_subscription->addItem(fromText(subscription.name));
            }
            loadResources();
        });
}

void ProfileWizard::loadResources()
{
    const jobs::Tenant* const tenant = chosen(*m_tenant, m_tenants);
    const jobs::Subscription* const subscription = chosen(*m_subscription, m_subscriptions);
    fillResources({});
    if (tenant == nullptr || subscription == nullptr)
        return sayWrong(fail(Error::Kind::NotFound,
                             tr("There is no subscription that this account may read.").toStdString(),
                             tr("Ask for the role Reader on one, or choose another tenant.").toStdString())
                            .value());
    m_busy = true;
    m_wrong->clear();
    updateButtons();
    m_session->discovery()
        .resources(tenant->id, subscription->id, renewStop())
        .then(this, [this](const Result<jobs::FoundResources>& answer) {
            if (!answer)
                return sayWrong(answer.error());
            m_busy = false;
            fillResources(*answer);
            if (answer->workspaces.empty())
                sayWrong(
                    fail(Error::Kind::NotFound,
                         tr("There is no Log Analytics workspace in this subscription that this account may "
                            "read.")
                             .toStdString(),
                         tr("Ask for the role Log Analytics Reader, or choose another subscription.")
                             .toStdString())
                        .value());
        });
}

void ProfileWizard::fillResources(const jobs::FoundResources& found)
{
    m_resources = found;
    fillWith(*m_workspace, found.workspaces);
    fillWith(*m_apim, found.apimServices);
    updateButtons();
}

void ProfileWizard::runTest()
{
    if (m_name->text().isEmpty()) {
        const jobs::FoundResource* const apim = chosen(*m_apim, m_resources.apimServices);
        m_name->setText(apim != nullptr ? fromText(apim->name) : m_tenant->currentText());
    }
    m_session->changeProfile(draft());
    m_checks->setChecks({});
    jobs::ConnectionTest* const test = m_session->services().connectionTest;
    if (test == nullptr)
        return sayWrong(fail(Error::Kind::Unavailable,
                             tr("The connection cannot be tested yet.").toStdString(),
                             tr("Go back and sign in again.").toStdString())
                            .value());
    m_explain->setText(tr("Testing…"));
    test->run(renewStop()).then(this, [this](const Result<std::vector<jobs::Check>>& answer) {
        m_explain->setText(tr("You may save it as it is and mend the rest later."));
        if (!answer)
            return sayWrong(answer.error());
        m_checks->setChecks(*answer);
    });
}

void ProfileWizard::save()
{
    const settings::Profile profile = draft();
    for (const settings::Profile& other : m_workbench.profiles()) {
        if (other.name == profile.name)
            return sayWrong(fail(Error::Kind::InvalidInput,
                                 tr("There is a profile of this name already.").toStdString(),
                                 tr("Choose another name.").toStdString())
                                .value());
    }
    if (const Status valid = settings::validate(profile); !valid)
        return sayWrong(valid.error());
    m_stop.request_stop();
    m_signIn->end();
    if (const Status saved = m_workbench.addProfile(profile, std::move(m_session)); !saved)
        return sayWrong(saved.error());
    accept();
}

} // namespace gatehouse::ui
