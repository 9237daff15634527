// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/mainwindow.h"

#include "ui/models/format.h"
#include "ui/pages/cost/costpage.h"
#include "ui/pages/health/healthpage.h"
#include "ui/pages/keys/systemclipboard.h"
#include "ui/pages/quotas/quotaspage.h"
#include "ui/pages/routing/explainpanel.h"
#include "ui/pages/routing/replaypanel.h"
#include "ui/pages/routing/routingpage.h"
#include "ui/shell/headerbar.h"
#include "ui/shell/lockbutton.h"
#include "ui/shell/navigation.h"
#include "ui/shell/statusline.h"
#include "ui/shell/workbench.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/widgets/deck.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/rangepicker.h"
#include "ui/widgets/stateview.h"

#include <QtCore/QTimer>
#include <QtGui/QKeyEvent>
#include <QtGui/QScreen>
#include <QtGui/QShortcut>
#include <QtWidgets/QApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

MainWindow::MainWindow(Theme& theme, Workbench& workbench, const QString& pageId, SignInPanel::Opener opener)
    : m_theme(theme)
    , m_workbench(workbench)
    , m_open(std::move(opener))
    , m_navigation(new Navigation(theme))
    , m_header(new HeaderBar(theme, workbench.context(), workbench.editLock()))
    , m_notice(new NoticeBar(theme, u"windowNotice"_s))
    , m_stack(new Deck)
    , m_state(new StateView(theme, u"shellState"_s))
    , m_status(new StatusLine(workbench))
    , m_profileMenu(new QMenu(this))
    , m_clipboard(std::make_unique<SystemClipboard>())
    , m_clipboardGuard(std::make_unique<ClipboardGuard>(*m_clipboard, workbench.clock()))
{
    nameWidget(this, u"mainWindow"_s, u"Gatehouse"_s);
    setWindowTitle(u"Gatehouse"_s);
    setWindowIcon(applicationIcon());
    build();
    addPages();
    addKeys();
    restoreLook();
    connect(&workbench, &Workbench::sessionChanged, this, &MainWindow::showSession);
    connect(&workbench, &Workbench::noticeChanged, this, &MainWindow::showNotice);
    connect(&workbench.changes(), &ChangeFlow::proposed, this, &MainWindow::openReview);
    const QString wanted = pageId.isEmpty() ? fromText(workbench.settings().lastPage) : pageId;
    showPage(m_set.pages.front()->id());
    showPage(wanted);
    showSession();
    showNotice();
}

MainWindow::~MainWindow() = default;

void MainWindow::build()
{
    auto* const pages = new QWidget;
    nameWidget(pages, u"pages"_s, tr("Page"));
    pages->setLayout(m_stack);
    m_stack->addWidget(m_state);
    auto* const right = new QWidget;
    nameWidget(right, u"workArea"_s, tr("Page"));
    auto* const notices = new QHBoxLayout;
    notices->setContentsMargins(metric::Space4, 0, metric::Space4, 0);
    notices->addWidget(m_notice);
    auto* const rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(0, 0, 0, 0);
    rightColumn->setSpacing(0);
    rightColumn->addWidget(m_header);
    rightColumn->addLayout(notices);
    rightColumn->addWidget(pages, 1);
    auto* const middle = new QHBoxLayout;
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(0);
    middle->addWidget(m_navigation);
    middle->addWidget(right, 1);
    auto* const whole = new QWidget;
    nameWidget(whole, u"whole"_s, u"Gatehouse"_s);
    auto* const column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(middle, 1);
    column->addWidget(m_status);
    setCentralWidget(whole);
    // Nobody starts with a ring around the first button: the keyboard begins at the window itself.
    whole->setFocusPolicy(Qt::ClickFocus);
    whole->setFocus();
    setMinimumSize(800, 560);
    nameWidget(m_profileMenu, u"profileMenu"_s, tr("Profile"));
    m_navigation->profileButton().setMenu(m_profileMenu);
    connect(m_profileMenu, &QMenu::aboutToShow, this, &MainWindow::fillProfileMenu);
    connect(m_navigation, &Navigation::chosen, this, &MainWindow::showPage);
    connect(m_header, &HeaderBar::refreshRequested, this, [this] { m_current->refresh(); });
    connect(m_header, &HeaderBar::cancelRequested, this, [this] { m_current->presenter().cancel(); });
    connect(m_header, &HeaderBar::paletteRequested, this, &MainWindow::openPalette);
    connect(m_state, &StateView::actionRequested, this, [this] {
        ProfileSession* const session = m_workbench.session();
        if (session != nullptr && session->state() == ProfileSession::State::SignedOut)
            openSignIn();
        else if (session != nullptr)
            session->start();
    });
    connect(m_state, &StateView::secondActionRequested, this,
            [this] { m_workbench.openProfile(std::string(settings::LocalProfileName)); });
}

void MainWindow::addPages()
{
    m_set = makePages(m_theme, m_workbench);
    connect(m_set.cost, &CostPage::serviceDirectoryRequested, this, &MainWindow::openServiceDirectory);
    connect(m_set.health, &HealthPage::accessKeysRequested, this, [this] { openAccessKeys(); });
    connect(m_set.quotas, &QuotasPage::accessKeysRequested, this, &MainWindow::openAccessKeys);
    connect(m_set.quotas, &QuotasPage::serviceDirectoryRequested, this, &MainWindow::openServiceDirectory);
    connect(m_set.replay, &ReplayPanel::explainRequested, this, &MainWindow::explain);
    int number = 1;
    for (Page* const page : m_set.pages) {
        m_stack->addWidget(page);
        m_navigation->addPage(page->id(), page->title(), page->id(), tr("Alt+%1").arg(number++));
        connect(page, &Page::summaryChanged, m_status, &StatusLine::setSummary);
        connect(page, &Page::told, m_status, &StatusLine::tell);
        connect(page, &Page::explainRequested, this, &MainWindow::explain);
        connect(page, &Page::pageRequested, this, [this, page] { showPage(page->id()); });
        connect(&page->presenter(), &PagePresenter::changed, this, [this, page] {
            if (page == m_current)
                m_header->setRefreshing(page->presenter().status().refreshing);
        });
    }
}

void MainWindow::explain(const QString& correlationId)
{
    showPage(m_set.routing->id());
    m_set.routing->showView(PageSet::ExplainView);
    m_set.explain->showRequest(correlationId);
}

void MainWindow::openAnomalies()
{
    m_set.cost->openView(u"anomalies"_s);
    setWindowState(windowState() & ~Qt::WindowMinimized);
    raise();
    activateWindow();
}

void MainWindow::addKeys()
{
    const auto key = [this](const QKeySequence& keys, auto&& run) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, std::forward<decltype(run)>(run));
    };
    key(QKeySequence(Qt::Key_F5), [this] { m_current->refresh(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_R), [this] { m_current->refresh(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_K), [this] { openPalette(); });
    key(QKeySequence(Qt::Key_Escape), [this] { cancelOrBack(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_I), [this] { openQueries(); });
    key(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E), [this] { m_header->lockButton().toggle(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
    int number = 0;
    for (Page* const page : m_set.pages) {
        const auto digit = static_cast<Qt::Key>(Qt::Key_1 + number++);
        key(QKeySequence(Qt::ALT | digit), [this, page] { showPage(page->id()); });
    }
}

void MainWindow::keyPressEvent(QKeyEvent* event)
{
    // Not shortcuts: in a field these characters are typed.
    if (event->text() == u"/"_s && m_current->filterField() != nullptr) {
        m_current->filterField()->setFocus(Qt::ShortcutFocusReason);
        return;
    }
    if (event->text() == u"?"_s) {
        openKeys();
        return;
    }
    QMainWindow::keyPressEvent(event);
}

void MainWindow::cancelOrBack()
{
    if (auto* const field = qobject_cast<QLineEdit*>(QApplication::focusWidget());
        field != nullptr && !field->text().isEmpty())
        field->clear();
    else if (m_current->presenter().status().refreshing)
        m_current->presenter().cancel();
    else if (m_current->stopWork())
        return;
    else if (!m_workbench.context().removeLast())
        m_workbench.context().resetZoom();
}

void MainWindow::restoreLook()
{
    const settings::Settings& kept = m_workbench.settings();
    m_theme.setMode(themeModeFrom(kept.theme));
    const QByteArray geometry = QByteArray::fromBase64(QByteArray::fromStdString(kept.windowGeometry));
    if (geometry.isEmpty() || !restoreGeometry(geometry))
        resize(QSize(1440, 900).boundedTo(screen()->availableSize()));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_workbench.remember([this](settings::Settings& kept) {
        kept.windowGeometry = saveGeometry().toBase64().toStdString();
        kept.lastPage = m_current->id().toStdString();
    });
    m_workbench.flush();
    QMainWindow::closeEvent(event);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    m_navigation->setCollapsed(width() < metric::CollapseBelow);
}

bool MainWindow::event(QEvent* event)
{
    const bool handled = QMainWindow::event(event);
    if (event->type() == QEvent::Paint && !m_painted) {
        m_painted = true;
        // The children paint after their parent, within the same pass of the loop.
        QTimer::singleShot(0, this, &MainWindow::firstPainted);
    }
    return handled;
}

void MainWindow::showPage(const QString& id)
{
    for (Page* const page : m_set.pages) {
        if (page->id() != id || page == m_current)
            continue;
        if (m_current != nullptr)
            m_current->presenter().setActive(false);
        m_current = page;
        m_navigation->setCurrent(id);
        m_header->setTitle(page->title());
        m_header->rangePicker().setVisible(page->presenter().followsRange());
        m_status->setSummary({});
        m_status->follow(&page->presenter());
        m_workbench.remember([&](settings::Settings& kept) { kept.lastPage = id.toStdString(); });
        page->presenter().setActive(true);
        m_header->setRefreshing(page->presenter().status().refreshing);
        showSession();
        return;
    }
}

void MainWindow::showSession()
{
    const ProfileSession* const session = m_workbench.session();
    const ProfileSession::State state =
        session != nullptr ? session->state() : ProfileSession::State::Starting;
    m_navigation->setProfile(fromText(m_workbench.profile().name), state == ProfileSession::State::Ready);
    if (state == ProfileSession::State::Ready) {
        m_stack->setCurrentWidget(m_current);
        return;
    }
    const bool local = m_workbench.profile().isLocal();
    StateView::Content content;
    switch (state) {
    case ProfileSession::State::SignedOut:
        content.icon = u"person"_s;
        content.title = tr("Sign in to %1").arg(fromText(m_workbench.profile().name));
        content.text = session->error() ? fromText(session->error()->message + " " + session->error()->advice)
                                        : tr("The pages query your workspace with your own permissions.");
        content.error = session->error();
        content.action = tr("Sign in");
        break;
    case ProfileSession::State::Failed:
        content = StateView::forError(session->error().value_or(Error{}),
                                      tr("%1 could not be opened").arg(fromText(m_workbench.profile().name)));
        content.action = tr("Try again");
        if (!local)
            content.secondAction = tr("Open This computer");
        break;
    default:
        content.icon = local ? u"computer"_s : u"cloud"_s;
        content.title = local ? tr("Starting the gateway on this computer")
                              : tr("Opening %1").arg(fromText(m_workbench.profile().name));
        content.text = session != nullptr ? session->progressText() : QString();
        content.progress = session != nullptr ? session->progressFraction() : -1.0;
        break;
    }
    m_state->setContent(content);
    m_stack->setCurrentWidget(m_state);
}

void MainWindow::showNotice()
{
    m_notice->show(NoticeBar::Weight::Warning, m_workbench.notice());
}

void MainWindow::fillProfileMenu()
{
    m_profileMenu->clear();
    const ProfileSession* const session = m_workbench.session();
    for (const settings::Profile& profile : m_workbench.profiles()) {
        QString text = fromText(profile.name).replace(u'&', u"&&"_s);
        if (profile.isLocal())
            text += tr(" (sample data)");
        QAction* const action =
            m_profileMenu->addAction(m_theme.icon(profile.isLocal() ? u"computer"_s : u"cloud"_s), text, this,
                                     [this, name = profile.name] { m_workbench.openProfile(name); });
        if (profile.name == m_workbench.profile().name)
            action->setIcon(m_theme.icon(u"check"_s, m_theme.tokens().accent));
    }
    m_profileMenu->addSeparator();
    m_profileMenu->addAction(m_theme.icon(u"plus"_s), tr("Add an Azure profile…"), this,
                             &MainWindow::openProfileWizard);
    if (!m_workbench.profile().isLocal()) {
        m_profileMenu->addAction(m_theme.icon(u"close"_s), tr("Remove this profile"), this,
                                 [this] { m_workbench.removeProfile(m_workbench.profile().name); });
    }
    m_profileMenu->addSeparator();
    QMenu* const themes = m_profileMenu->addMenu(m_theme.icon(u"theme"_s), tr("Theme"));
    nameWidget(themes, u"themeMenu"_s, tr("Theme"));
    const QStringList names{tr("Like the system"), tr("Light"), tr("Dark")};
    for (int mode = 0; mode < 3; ++mode) {
        QAction* const action = themes->addAction(names[mode], this, [this, mode] { setThemeMode(mode); });
        if (static_cast<int>(m_theme.mode()) == mode)
            action->setIcon(m_theme.icon(u"check"_s, m_theme.tokens().accent));
    }
    m_profileMenu->addAction(m_theme.icon(u"keyboard"_s), tr("Keys"), this, &MainWindow::openKeys);
    m_profileMenu->addSeparator();
    if (session != nullptr && session->state() == ProfileSession::State::SignedOut)
        m_profileMenu->addAction(m_theme.icon(u"person"_s), tr("Sign in…"), this, &MainWindow::openSignIn);
    else if (session != nullptr && session->account())
        m_profileMenu->addAction(m_theme.icon(u"signout"_s), tr("Sign out"), this,
                                 [this] { m_workbench.session()->signOut(); });
}

void MainWindow::setThemeMode(int mode)
{
    m_theme.setMode(static_cast<Theme::Mode>(mode));
    m_workbench.remember([this](settings::Settings& kept) { kept.theme = toString(m_theme.mode()); });
}

} // namespace gatehouse::ui
