// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/signinpanel.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtCore/QUrl>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>

#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QPushButton* makeButton(const QString& objectName, const QString& text, const char* kind)
{
    auto* const button = new QPushButton(text);
    nameWidget(button, objectName, text);
    button->setProperty("kind", QString::fromLatin1(kind));
    return button;
}

} // namespace

SignInPanel::SignInPanel(const Theme& theme, const Clock& clock, Opener opener)
    : m_theme(theme)
    , m_clock(clock)
    , m_open(std::move(opener))
    , m_title(makeLabel(u"signInTitle"_s, "heading"))
    , m_text(makeLabel(u"signInText"_s, "muted"))
    , m_codeBox(new QFrame)
    , m_codeText(makeLabel(u"signInCode"_s, "display"))
    , m_countdown(makeLabel(u"signInCountdown"_s, "caption"))
    , m_copy(makeButton(u"signInCopy"_s, tr("Copy code"), ""))
    , m_openPage(makeButton(u"signInOpen"_s, tr("Open the page"), "primary"))
    , m_otherWay(makeButton(u"signInOtherWay"_s, tr("Sign in with the browser instead"), "link"))
    , m_again(makeButton(u"signInAgain"_s, tr("Try again"), "primary"))
    , m_details(makeButton(u"signInDetails"_s, tr("Copy details"), ""))
{
    nameWidget(this, u"signInPanel"_s, tr("Sign in"));
    build();
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &SignInPanel::countDown);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(fromText(m_code.userCode)); });
    connect(m_openPage, &QPushButton::clicked, this, &SignInPanel::openPage);
    connect(m_otherWay, &QPushButton::clicked, this, [this] { restart(m_stage != Stage::Browser); });
    connect(m_again, &QPushButton::clicked, this, [this] { restart(m_offerBrowser); });
    connect(m_details, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(fromText(m_error.details())); });
    setStage(Stage::Asking);
}

SignInPanel::~SignInPanel()
{
    end();
}

void SignInPanel::build()
{
    m_text->setWordWrap(true);
    m_text->setMinimumWidth(380);
    m_codeText->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_codeText->setAccessibleName(tr("Code to type"));
    m_codeBox->setProperty("surface", u"code"_s);
    nameWidget(m_codeBox, u"signInCodeBox"_s, tr("Code to type"));
    auto* const box = new QHBoxLayout(m_codeBox);
    box->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    box->addWidget(m_codeText, 1);
    box->addWidget(m_copy);
    m_codeBox->setFixedHeight(76);
    auto* const buttons = new QHBoxLayout;
    buttons->setSpacing(metric::Space2);
    buttons->addWidget(m_openPage);
    buttons->addWidget(m_again);
    buttons->addWidget(m_details);
    buttons->addStretch(1);
    buttons->addWidget(m_countdown);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addWidget(m_codeBox);
    column->addLayout(buttons);
    column->addWidget(m_otherWay, 0, Qt::AlignLeft);
    column->addStretch(1);
}

void SignInPanel::start(jobs::SignIn& signIn)
{
    end();
    m_signIn = &signIn;
    connect(&signIn, &jobs::SignIn::codeReady, this, &SignInPanel::showCode);
    connect(&signIn, &jobs::SignIn::browserNeeded, this, [this](const QString& url) {
        m_browserAddress = url;
        setStage(Stage::Browser);
        openPage();
    });
    connect(&signIn, &jobs::SignIn::signedIn, this, [this](const jobs::Account& account) {
        setStage(Stage::Done);
        Q_EMIT signedIn(account);
    });
    connect(&signIn, &jobs::SignIn::failed, this, &SignInPanel::showError);
    restart(false);
}

void SignInPanel::end()
{
    m_second.stop();
    if (m_signIn.isNull())
        return;
    disconnect(m_signIn.data(), nullptr, this, nullptr);
    if (m_stage == Stage::Asking || m_stage == Stage::Code || m_stage == Stage::Browser)
        m_signIn->cancel();
    m_signIn.clear();
}

void SignInPanel::restart(bool browser)
{
    if (m_signIn.isNull())
        return;
    m_browserAddress.clear();
    setStage(browser ? Stage::Browser : Stage::Asking);
    if (browser)
        m_signIn->startBrowser();
    else
        m_signIn->startDeviceCode();
}

void SignInPanel::showCode(const jobs::DeviceCode& code)
{
    m_code = code;
    m_codeText->setText(fromText(code.userCode));
    setStage(Stage::Code);
    countDown();
    m_second.start();
}

void SignInPanel::showError(const Error& error, bool offerBrowser)
{
    if (error.cancelled())
        return;
    m_error = error;
    m_offerBrowser = offerBrowser;
    setStage(Stage::Failed);
    QString text = fromText(error.message);
    if (!error.advice.empty())
        text += u'\n' + fromText(error.advice);
    m_text->setText(text);
}

void SignInPanel::countDown()
{
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(m_code.expires - m_clock.now());
    m_countdown->setText(left.count() > 0 ? tr("valid for %1").arg(formatSpan(left)) : tr("expired"));
    if (left.count() <= 0)
        m_second.stop();
}

void SignInPanel::openPage()
{
    const QString address = m_stage == Stage::Code ? fromText(m_code.verificationUri) : m_browserAddress;
    if (address.isEmpty() || m_open(address))
        return;
    m_text->setText(
        m_stage == Stage::Code
            ? tr("The browser could not be opened. Open %1 yourself and type the code there.").arg(address)
            : tr("The browser could not be opened. Use a code instead."));
}

void SignInPanel::setStage(Stage stage)
{
    m_stage = stage;
    if (stage != Stage::Code)
        m_second.stop();
    m_codeBox->setVisible(stage == Stage::Code);
    m_countdown->setVisible(stage == Stage::Code);
    m_openPage->setVisible(stage == Stage::Code || (stage == Stage::Browser && !m_browserAddress.isEmpty()));
    m_again->setVisible(stage == Stage::Failed);
    m_details->setVisible(stage == Stage::Failed);
    m_otherWay->setVisible(stage != Stage::Done && !(stage == Stage::Failed && m_offerBrowser));
    m_otherWay->setText(stage == Stage::Browser ? tr("Use a code instead")
                                                : tr("Sign in with the browser instead"));
    switch (stage) {
    case Stage::Asking:
        m_title->setText(tr("Asking for a code…"));
        m_text->setText(tr("A moment: the sign-in service is asked for a code."));
        break;
    case Stage::Code:
        m_title->setText(tr("Type this code"));
        m_text->setText(
            tr("Open %1 in any browser, type the code and sign in there. This window goes on by itself.")
                .arg(fromText(m_code.verificationUri)));
        m_openPage->setText(tr("Open the page"));
        m_openPage->setFocus();
        break;
    case Stage::Browser:
        m_title->setText(tr("Finish in the browser"));
        m_text->setText(tr(
            "A page of the sign-in service has been opened. This window goes on by itself when you are done "
            "there."));
        m_openPage->setText(tr("Open it again"));
        break;
    case Stage::Failed:
        m_title->setText(m_offerBrowser ? tr("Signing in with a code is blocked") : tr("Not signed in"));
        m_again->setText(m_offerBrowser ? tr("Sign in with the browser") : tr("Try again"));
        m_again->setFocus();
        break;
    case Stage::Done:
        m_title->setText(tr("Signed in"));
        m_text->setText({});
        break;
    }
}

} // namespace gatehouse::ui
