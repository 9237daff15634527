// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/profilesession.h"
#include "ui/shell/signinpanel.h"

#include <QtWidgets/QDialog>

#include <memory>
#include <stop_token>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace gatehouse::ui {

class CheckList;
class Workbench;

/// Adds a profile for an Azure tenant in four steps: cloud and application, sign in, choose from lists, test.
/// The application's client id is the one thing to be pasted, since no service can be asked for it before the
/// sign-in. The session that signs in here becomes the profile's session, so nobody signs in twice.
class ProfileWizard : public QDialog
{
    Q_OBJECT
public:
    ProfileWizard(const Theme& theme, Workbench& workbench, SignInPanel::Opener opener, QWidget* parent);
    ~ProfileWizard() override;

protected:
    void done(int result) override;

private:
    enum Step { Application, SignInStep, Choose, Test };

    [[nodiscard]] QWidget* buildApplication();
    [[nodiscard]] QWidget* buildChoose();
    [[nodiscard]] QWidget* buildTest();
    void showStep(Step step);
    void goOn();
    void goBack();
    void openSession();
    void loadTenants();
    void loadSubscriptions();
    void loadResources();
    void fillResources(const jobs::FoundResources& found);
    void runTest();
    void save();
    void updateButtons();
    void sayWrong(const Error& error);
    [[nodiscard]] settings::Profile draft() const;
    /// What was filled in so far holds; it may have no name yet.
    [[nodiscard]] Status validated() const;
    /// The answers that are awaited belong to the latest choice only.
    [[nodiscard]] std::stop_token renewStop();

    const Theme& m_theme;
    Workbench& m_workbench;
    std::unique_ptr<ProfileSession> m_session;
    std::stop_source m_stop;
    Step m_step = Application;
    bool m_busy = false;
    std::vector<jobs::Tenant> m_tenants;
    std::vector<jobs::Subscription> m_subscriptions;
    jobs::FoundResources m_resources;
    QLabel* m_heading;
    QLabel* m_explain;
    QLabel* m_wrong;
    QStackedWidget* m_pages;
    QComboBox* m_cloud = nullptr;
    QLineEdit* m_clientId = nullptr;
    SignInPanel* m_signIn;
    QComboBox* m_tenant = nullptr;
    QComboBox* m_subscription = nullptr;
    QComboBox* m_workspace = nullptr;
    QComboBox* m_apim = nullptr;
    QLineEdit* m_ragUrl = nullptr;
    QLineEdit* m_ragScope = nullptr;
    QLineEdit* m_name = nullptr;
    CheckList* m_checks = nullptr;
    QPushButton* m_back;
    QPushButton* m_next;
};

} // namespace gatehouse::ui
