// SPDX-License-Identifier: GPL-3.0-or-later
// A change as a person makes it: the real window, the real engine and journal, the embedded stack behind
// them.
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "app/console/sessionadapter.h"
#include "core/base/log.h"
#include "tests/support/futures.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/workbench.h"
#include "ui/theme/theme.h"
#endif
#include "tests/ui/fakes/guitestmain.h"

#include <QtCore/QTemporaryDir>
#include <QtWidgets/QDialog>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr const char* Service = "checkout-assistant";

} // namespace

class TestWindowChange : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void aLimitIsDraftedReviewedAndApplied();
    void aColleaguesEditOfTheSameIsShownAndNothingIsWritten();
    void theChangeIsTakenBack();
    void cleanupTestCase();

private:
    [[nodiscard]] jobs::Services services() const { return m_workbench->session()->services(); }
    [[nodiscard]] std::string callsNow() const;
    [[nodiscard]] std::string callsShown() const;
    [[nodiscard]] Status colleague(std::int64_t calls) const;
    void draft(const QString& calls);
    [[nodiscard]] QDialog* review() const { return m_window->findChild<QDialog*>(u"reviewDialog"_s); }
    void press(const QString& button) const;
    void close();

    QTemporaryDir m_directory;
    SystemClock m_clock;
    Log m_log{m_clock, [](Log::Level, const std::string&) {}};
    std::unique_ptr<settings::SettingsStore> m_store;
    std::unique_ptr<console::SessionOpener> m_opener;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Workbench> m_workbench;
    std::unique_ptr<MainWindow> m_window;
};

void TestWindowChange::initTestCase()
{
    const std::string data = m_directory.path().toStdString();
    m_store = std::make_unique<settings::SettingsStore>(data);
    m_opener = std::make_unique<console::SessionOpener>(app::Environment{data, false, 2, &m_clock, &m_log});
    m_theme = std::make_unique<Theme>(*qApp, false);
    m_workbench = std::make_unique<Workbench>(*m_store, *m_opener, m_clock, "");
    m_window = std::make_unique<MainWindow>(*m_theme, *m_workbench, u"quotas"_s,
                                            [](const QString&) { return true; });
    m_window->resize(1440, 900);
    m_window->show();
    m_workbench->start();
    QTRY_VERIFY_WITH_TIMEOUT(m_workbench->session()->state() == ProfileSession::State::Ready, 120'000);
    QTRY_VERIFY_WITH_TIMEOUT(m_workbench->quotas().state()->board != nullptr, 30'000);
    QVERIFY(!m_workbench->editLock().unlocked());
    QTest::keyClick(m_window.get(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(m_workbench->editLock().unlocked());
}

std::string TestWindowChange::callsNow() const
{
    const auto sheet = await(services().quotas->sheet({}));
    if (!sheet)
        return sheet.error().message;
    for (const gateway::ServiceQuota& row : sheet->services) {
        if (row.service == Service)
            return row.limits.calls ? row.limits.calls->text : "no limit";
    }
    return "no row";
}

Status TestWindowChange::colleague(std::int64_t calls) const
{
    return await(services().quotas->change(Service,
                                           [calls](const std::optional<gateway::ServiceQuota>& row) {
                                               gateway::ServiceQuota edited =
                                                   row.value_or(gateway::ServiceQuota{});
                                               edited.service = Service;
                                               edited.limits.calls = gateway::LimitValue::of(calls);
                                               return std::optional(edited);
                                           },
                                           {}));
}

/// What the sheet shows before any draft.
std::string TestWindowChange::callsShown() const
{
    const auto state = m_workbench->quotas().state();
    for (const QuotaRowView& view : state->rows) {
        if (view.row.service != Service)
            continue;
        if (!view.row.quota)
            return "no row";
        return view.row.quota->limits.calls ? view.row.quota->limits.calls->text : "no limit";
    }
    return "no service";
}

void TestWindowChange::draft(const QString& calls)
{
    const std::string stands = callsNow();
    QTRY_COMPARE(callsShown(), stands);
    const Status drafted = m_workbench->quotas().edit(Service, QuotaField::Calls, calls);
    QVERIFY2(drafted, drafted ? "" : drafted.error().message.c_str());
    auto* const button = m_window->findChild<QPushButton*>(u"draftReview"_s);
    QTRY_VERIFY(button->isEnabled());
    button->click();
    QTRY_VERIFY(review() != nullptr);
    QTRY_VERIFY(m_workbench->changes().state()->phase == ChangeState::Phase::Reviewed);
}

void TestWindowChange::press(const QString& button) const
{
    auto* const found = review()->findChild<QPushButton*>(button);
    QVERIFY2(found->isEnabled(), qPrintable(button));
    found->click();
}

void TestWindowChange::close()
{
    review()->reject();
    QTRY_VERIFY(review() == nullptr);
}

void TestWindowChange::aLimitIsDraftedReviewedAndApplied()
{
    draft(u"77"_s);
    QVERIFY(callsNow() != "77"); // a review writes nothing
    review()->findChild<QLineEdit*>(u"reviewTicket"_s)->setText(u"CHG-77"_s);
    press(u"reviewApply"_s);
    QTRY_VERIFY(m_workbench->changes().state()->phase == ChangeState::Phase::Applied);
    QCOMPARE(callsNow(), std::string("77"));
    const auto entries = await(services().journal->entries({}));
    QVERIFY(entries && !entries->empty());
    QCOMPARE(entries->front().ticket, std::string("CHG-77"));
    QVERIFY(entries->front().result == jobs::JournalEntry::Result::Applied);
    close();
}

void TestWindowChange::aColleaguesEditOfTheSameIsShownAndNothingIsWritten()
{
    draft(u"88"_s);
    const Status theirs = colleague(99);
    QVERIFY2(theirs, theirs ? "" : theirs.error().message.c_str());
    press(u"reviewApply"_s);
    QTRY_VERIFY(m_workbench->changes().state()->phase != ChangeState::Phase::Applying);
    QTRY_VERIFY(m_workbench->changes().state()->review &&
                m_workbench->changes().state()->review->hasConflict());
    QCOMPARE(callsNow(), std::string("99"));
    QVERIFY(review()->findChild<QPushButton*>(u"reviewKeepTheirs"_s)->isVisible());
    QVERIFY(!review()->findChild<QPushButton*>(u"reviewApply"_s)->isEnabled());
    press(u"reviewUseMine"_s);
    QTRY_VERIFY(m_workbench->changes().state()->phase == ChangeState::Phase::Reviewed);
    QTRY_VERIFY(!m_workbench->changes().state()->review->hasConflict());
    press(u"reviewApply"_s);
    QTRY_VERIFY(m_workbench->changes().state()->phase == ChangeState::Phase::Applied);
    QCOMPARE(callsNow(), std::string("88"));
    close();
}

void TestWindowChange::theChangeIsTakenBack()
{
    const auto entries = await(services().journal->entries({}));
    QVERIFY(entries.has_value());
    m_workbench->changes().proposeUndo(entries->front());
    QTRY_VERIFY(review() != nullptr);
    QTRY_VERIFY(m_workbench->changes().state()->phase == ChangeState::Phase::Reviewed);
    press(u"reviewApply"_s);
    QTRY_VERIFY(m_workbench->changes().state()->phase == ChangeState::Phase::Applied);
    QCOMPARE(callsNow(), std::string("99")); // what stood there before, not what the first change made
    close();
}

void TestWindowChange::cleanupTestCase()
{
    m_window.reset();
    m_workbench.reset();
}

GATEHOUSE_WINDOW_TEST_MAIN(TestWindowChange)
#include "tst_windowchange.moc"
