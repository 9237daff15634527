// SPDX-License-Identifier: GPL-3.0-or-later
// What the window opens: the palette with all of its commands, and its dialogs.
#include "ui/shell/mainwindow.h"

#include "ui/models/format.h"
#include "ui/pages/changes/reviewdialog.h"
#include "ui/pages/directory/directorydialog.h"
#include "ui/pages/keys/keysdialog.h"
#include "ui/pages/keys/systemclipboard.h"
#include "ui/pages/page.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/headerbar.h"
#include "ui/shell/keysdialog.h"
#include "ui/shell/lockbutton.h"
#include "ui/shell/profilewizard.h"
#include "ui/shell/querydialog.h"
#include "ui/shell/signindialog.h"
#include "ui/shell/statusline.h"
#include "ui/shell/workbench.h"
#include "ui/theme/theme.h"
#include "ui/widgets/rangepicker.h"

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

std::vector<Command> MainWindow::commands()
{
    std::vector<Command> all;
    int number = 1;
    for (Page* const page : m_set.pages)
        all.push_back({tr("Page"), page->title(), tr("Alt+%1").arg(number++),
                       [this, id = page->id()] { showPage(id); }});
    for (const RangePreset& preset : rangePresets())
        all.push_back({tr("Time range"), preset.label, {}, [this, length = preset.length] {
                           m_workbench.context().setRelative(length);
                       }});
    all.push_back({tr("Time range"), tr("Custom…"), {}, [this] { m_header->rangePicker().chooseCustom(); }});
    if (m_workbench.context().zoomed())
        all.push_back({tr("Time range"), tr("Back from zoom"), u"Esc"_s,
                       [this] { m_workbench.context().resetZoom(); }});
    all.push_back({tr("Action"), tr("Refresh"), u"F5"_s, [this] { m_current->refresh(); }});
    if (m_header->lockButton().isEnabled())
        all.push_back({tr("Action"), m_header->lockButton().verb(), u"Ctrl+Shift+E"_s,
                       [this] { m_header->lockButton().toggle(); }});
    for (Page* const page : m_set.pages) {
        for (Command& command : page->commands())
            all.push_back(std::move(command));
    }
    if (!m_workbench.context().chips().empty())
        all.push_back(
            {tr("Action"), tr("Remove all filters"), {}, [this] { m_workbench.context().clearFilters(); }});
    for (const settings::Profile& profile : m_workbench.profiles())
        all.push_back({tr("Profile"), fromText(profile.name), {}, [this, name = profile.name] {
                           m_workbench.openProfile(name);
                       }});
    all.push_back({tr("Profile"), tr("Add an Azure profile…"), {}, [this] { openProfileWizard(); }});
    const QStringList names{tr("Like the system"), tr("Light"), tr("Dark")};
    for (int mode = 0; mode < 3; ++mode)
        all.push_back({tr("Theme"), names[mode], {}, [this, mode] { setThemeMode(mode); }});
    const ProfileSession* const session = m_workbench.session();
    if (session != nullptr && session->state() == ProfileSession::State::SignedOut)
        all.push_back({tr("Action"), tr("Sign in…"), {}, [this] { openSignIn(); }});
    else if (session != nullptr && session->account())
        all.push_back({tr("Action"), tr("Sign out"), {}, [this] { m_workbench.session()->signOut(); }});
    if (m_current->presenter().shownRange())
        all.push_back(
            {tr("Action"), tr("Show where the figures come from"), u"Ctrl+I"_s, [this] { openQueries(); }});
    if (m_workbench.session() != nullptr && m_workbench.session()->services().keys != nullptr)
        all.push_back({tr("Action"), tr("Access keys of the gateway…"), {}, [this] { openAccessKeys(); }});
    if (m_workbench.session() != nullptr && m_workbench.session()->services().facts != nullptr)
        all.push_back({tr("Action"), tr("Service directory…"), {}, [this] { openServiceDirectory(); }});
    all.push_back({tr("Action"), tr("Show the keys"), u"?"_s, [this] { openKeys(); }});
    all.push_back({tr("Action"), tr("Quit"), u"Ctrl+Q"_s, [this] { close(); }});
    return all;
}

void MainWindow::openPalette()
{
    auto* const palette = new CommandPalette(m_theme, commands(), this);
    palette->setAttribute(Qt::WA_DeleteOnClose);
    palette->move(
        mapToGlobal(QPoint((width() - palette->width()) / 2, metric::HeaderHeight + metric::Space6)));
    palette->show();
}

void MainWindow::openSignIn()
{
    ProfileSession* const session = m_workbench.session();
    if (session == nullptr)
        return;
    auto* const dialog =
        new SignInDialog(m_theme, m_workbench.clock(), fromText(m_workbench.profile().name), m_open, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // Nothing is left to sign in to.
    connect(session, &QObject::destroyed, dialog, &QDialog::close);
    dialog->open();
    dialog->start(session->signIn());
}

void MainWindow::openProfileWizard()
{
    auto* const wizard = new ProfileWizard(m_theme, m_workbench, m_open, this);
    wizard->setAttribute(Qt::WA_DeleteOnClose);
    wizard->open();
}

void MainWindow::openReview()
{
    // What proposes it may be a dialog itself, and waits below.
    QWidget* const below = m_directory != nullptr ? static_cast<QWidget*>(m_directory) : this;
    auto* const dialog = new ReviewDialog(m_theme, m_workbench.changes(), below);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openQueries()
{
    const PagePresenter& presenter = m_current->presenter();
    const std::optional<TimeRange> range = presenter.shownRange();
    if (!range)
        return;
    QStringList queries;
    for (const std::string& query : presenter.queries())
        queries.append(fromText(query));
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(m_workbench.clock().now() -
                                                                      presenter.status().loadedAt);
    auto* const dialog = new QueryDialog(
        tr("%1 – %2 (%3) · %4")
            .arg(formatMoment(range->start), formatMoment(range->end), zoneName(), formatAge(age)),
        queries, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openAccessKeys(const QString& subscription)
{
    auto* const dialog =
        new AccessKeysDialog(m_theme, m_workbench.keys(), *m_clipboardGuard, m_workbench.clock(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // Another profile has other keys.
    if (m_workbench.session() != nullptr)
        connect(m_workbench.session(), &QObject::destroyed, dialog, &QDialog::close);
    dialog->select(subscription);
    dialog->open();
}

void MainWindow::openServiceDirectory(const QString& service)
{
    if (m_directory == nullptr) {
        m_directory = new DirectoryDialog(m_theme, m_workbench.serviceDirectory(), this);
        m_directory->setAttribute(Qt::WA_DeleteOnClose);
        // Another profile has other services.
        if (m_workbench.session() != nullptr)
            connect(m_workbench.session(), &QObject::destroyed, m_directory, &QDialog::close);
        m_directory->open();
    }
    if (!service.isEmpty())
        m_directory->select(service);
}

void MainWindow::openKeys()
{
    std::vector<std::pair<QString, QString>> keys{
        {u"Ctrl K"_s, tr("Search pages and commands")},
        {u"F5"_s, tr("Refresh")},
        {u"Esc"_s, tr("Cancel, then remove the newest filter, then leave the zoom")},
        {u"/"_s, tr("Filter the table")},
        {u"Alt 1 … %1"_s.arg(m_set.pages.size()), tr("Go to a page")},
        {u"Ctrl I"_s, tr("Show where the figures come from")},
        {u"Ctrl C"_s, tr("Copy the selected cells, or the table")},
        {u"Return"_s, tr("Filter by the row")},
        {u"Ctrl Shift E"_s, tr("Unlock editing for 15 minutes, or lock it")},
        {u"?"_s, tr("Show this list")},
        {u"Ctrl Q"_s, tr("Quit")},
    };
    for (std::pair<QString, QString>& key : m_current->keys())
        keys.push_back(std::move(key));
    auto* const dialog = new KeysDialog(keys, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace gatehouse::ui
