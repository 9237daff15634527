// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/pageset.h"
#include "ui/shell/signinpanel.h"

#include <QtCore/QPointer>
#include <QtWidgets/QMainWindow>

#include <memory>
#include <vector>

class QMenu;

namespace gatehouse::ui {

class Clipboard;
class ClipboardGuard;
class Deck;
class DirectoryDialog;
struct Command;
class HeaderBar;
class Navigation;
class NoticeBar;
class Page;
class StateView;
class StatusLine;
class Workbench;

/// The window: navigation, header, the page that is shown, status line, and the keys. It composes and
/// connects; what is shown is decided by the workbench and the presenters.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    /// pageId "": the last shown. The workbench need not have been started.
    MainWindow(Theme& theme, Workbench& workbench, const QString& pageId, SignInPanel::Opener opener);
    ~MainWindow() override;

    void showPage(const QString& id);
    [[nodiscard]] const std::vector<Page*>& pages() const { return m_set.pages; }
    [[nodiscard]] Page& currentPage() const { return *m_current; }
    /// Everything the palette offers, as of now.
    [[nodiscard]] std::vector<Command> commands();
    [[nodiscard]] const StateView& shellState() const { return *m_state; }

Q_SIGNALS:
    /// After the first paint of the whole window; once.
    void firstPainted();

public Q_SLOTS:
    void openPalette();
    void openSignIn();
    void openProfileWizard();
    void openKeys();
    /// The review of the change set that was proposed.
    void openReview();
    /// The keys of the gateway, not those of the keyboard; of this subscription when it is one.
    void openAccessKeys(const QString& subscription = {});
    /// Who owns which service, and more; the cursor stands on this service when it is one.
    void openServiceDirectory(const QString& service = {});
    /// Why this request went where it did.
    void explain(const QString& correlationId);
    /// What stood out in the spending; comes to the front.
    void openAnomalies();
    /// The KQL behind the page that is shown.
    void openQueries();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    void build();
    void addPages();
    void addKeys();
    void restoreLook();
    void showSession();
    void fillProfileMenu();
    void setThemeMode(int mode);
    void cancelOrBack();
    void showNotice();

    Theme& m_theme;
    Workbench& m_workbench;
    SignInPanel::Opener m_open;
    Navigation* m_navigation;
    HeaderBar* m_header;
    NoticeBar* m_notice;
    Deck* m_stack;
    StateView* m_state;
    StatusLine* m_status;
    QMenu* m_profileMenu;
    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<ClipboardGuard> m_clipboardGuard; ///< outlives the dialog that copied
    QPointer<DirectoryDialog> m_directory;            ///< while it is open
    PageSet m_set;
    Page* m_current = nullptr;
    bool m_painted = false;
};

} // namespace gatehouse::ui
