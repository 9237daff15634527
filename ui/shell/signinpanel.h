// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/jobs/services.h"

#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <functional>

class QLabel;
class QPushButton;

namespace gatehouse::ui {

class Theme;

/// Signing in: the code to type, large, with its countdown; or the browser. Says in plain words what went
/// wrong and offers the browser by itself where the code is blocked. Used by the sign-in dialog and by the
/// profile wizard.
class SignInPanel : public QWidget
{
    Q_OBJECT
public:
    enum class Stage { Asking, Code, Browser, Failed, Done };
    using Opener = std::function<bool(const QString& address)>;

    /// opener opens an address in the browser (openExternally; tests pass their own).
    SignInPanel(const Theme& theme, const Clock& clock, Opener opener);
    ~SignInPanel() override;

    /// Follows this sign-in from now on and asks for a code.
    void start(jobs::SignIn& signIn);
    /// Cancels what is under way and lets go.
    void end();
    [[nodiscard]] Stage stage() const { return m_stage; }

Q_SIGNALS:
    void signedIn(const gatehouse::jobs::Account& account);

private:
    void build();
    void setStage(Stage stage);
    void showCode(const jobs::DeviceCode& code);
    void showError(const Error& error, bool offerBrowser);
    void countDown();
    void restart(bool browser);
    void openPage();

    const Theme& m_theme;
    const Clock& m_clock;
    Opener m_open;
    QPointer<jobs::SignIn> m_signIn; ///< its session may end first
    Stage m_stage = Stage::Asking;
    jobs::DeviceCode m_code;
    QString m_browserAddress;
    Error m_error;
    bool m_offerBrowser = false;
    QTimer m_second;
    QLabel* m_title;
    QLabel* m_text;
    QWidget* m_codeBox;
    QLabel* m_codeText;
    QLabel* m_countdown;
    QPushButton* m_copy;
    QPushButton* m_openPage;
    QPushButton* m_otherWay;
    QPushButton* m_again;
    QPushButton* m_details;
};

} // namespace gatehouse::ui
