// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/signinpanel.h"

#include <QtWidgets/QDialog>

namespace gatehouse::ui {

/// The sign-in to the open profile. Closes by itself when it is done; Esc and Cancel end it.
class SignInDialog : public QDialog
{
    Q_OBJECT
public:
    SignInDialog(const Theme& theme, const Clock& clock, const QString& profileName,
                 SignInPanel::Opener opener, QWidget* parent);

    void start(jobs::SignIn& signIn) { m_panel->start(signIn); }
    [[nodiscard]] SignInPanel& panel() { return *m_panel; }

protected:
    void done(int result) override;

private:
    SignInPanel* m_panel;
};

} // namespace gatehouse::ui
