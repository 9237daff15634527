// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/auth/credentialstore.h"
#include "tests/support/futures.h"
#include "tests/support/testmain.h"

#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::auth;
using namespace gatehouse::test;

namespace {

constexpr const char* Service = "io.gatehouse.Test";

} // namespace

/// The real keychain service in a private D-Bus session: this program starts itself again inside
/// dbus-run-session with gnome-keyring-daemon, its data in a temporary folder.
class TestKeychain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inAPrivateSession();
    void withoutABus();
};

/// What runs inside the private session; answers the exit status.
static int runInside()
{
    http::TimerScheduler scheduler;
    KeychainStore store(scheduler, Service);
    const std::string secret(20'000, 's');
    const std::string binary("nul\0 and \xff", 11);
    const auto expect = [](bool holds, const char* what) {
        if (!holds)
            std::fprintf(stderr, "does not hold: %s\n", what);
        return holds;
    };
    bool good = true;
    const auto missing = await(store.read("nobody"));
    good = expect(missing && !*missing, "an entry that is not there is empty, no error") && good;
    good = expect(await(store.remove("nobody")).has_value(), "removing nothing is fine") && good;
    good = expect(await(store.write("large", secret)).has_value(), "20 KB are written") && good;
    good = expect(await(store.read("large")).value_or(std::nullopt) == secret, "20 KB are read") && good;
    good = expect(await(store.write("binary", binary)).has_value(), "NUL is written") && good;
    good = expect(await(store.read("binary")).value_or(std::nullopt) == binary, "NUL is read") && good;
    good = expect(await(store.write("binary", "second")).has_value(), "an entry is replaced") && good;
    good =
        expect(await(store.read("binary")).value_or(std::nullopt) == "second", "the new one is read") && good;
    good = expect(await(store.remove("binary")).has_value(), "an entry is removed") && good;
    const auto gone = await(store.read("binary"));
    good = expect(gone && !*gone, "it is gone") && good;
    // A store that goes while its jobs are in flight. The keyring still does them, one by one, and each write
    // takes it a while: more than these would use up the time that the last read is given.
    for (int i = 0; i < 10; ++i) {
        KeychainStore passing(scheduler, Service);
        static_cast<void>(passing.read("large"));
        static_cast<void>(passing.write("passing", "x"));
    }
    settleEvents();
    good = expect(await(store.read("large")).value_or(std::nullopt) == secret, "the keychain still works") &&
           good;
    return good ? 0 : 1;
}

void TestKeychain::inAPrivateSession()
{
    if (QStandardPaths::findExecutable(QStringLiteral("gnome-keyring-daemon")).isEmpty() ||
        QStandardPaths::findExecutable(QStringLiteral("dbus-run-session")).isEmpty())
        QSKIP("gnome-keyring-daemon or dbus-run-session is not installed");
    const QTemporaryDir home;
    QProcess session;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("HOME"), home.path());
    environment.insert(QStringLiteral("XDG_DATA_HOME"), home.path() + QStringLiteral("/data"));
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), home.path());
    environment.insert(QStringLiteral("XDG_CURRENT_DESKTOP"), QStringLiteral("GNOME"));
    environment.insert(QStringLiteral("GATEHOUSE_TEST_INSIDE"), QStringLiteral("1"));
    session.setProcessEnvironment(environment);
    session.setProcessChannelMode(QProcess::MergedChannels);
    session.start(
        QStringLiteral("dbus-run-session"),
        {QStringLiteral("--"), QStringLiteral("sh"), QStringLiteral("-c"),
         QStringLiteral("printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null "
                        "2>&1; exec \"$0\""),
         QCoreApplication::applicationFilePath()});
    QVERIFY(session.waitForFinished(120'000));
    const QByteArray output = session.readAll();
    if (session.exitCode() == 1 && output.contains("20 KB are written"))
        QSKIP(qPrintable(QStringLiteral("the private keyring cannot be unlocked here: ") +
                         QString::fromUtf8(output)));
    QVERIFY2(session.exitCode() == 0, output.constData());
}

void TestKeychain::withoutABus()
{
    // Neither a service nor a bus: an error in words, and never a file.
    const QTemporaryDir home;
    QProcess process;
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("HOME"), home.path());
    environment.insert(QStringLiteral("PATH"), QStringLiteral("/usr/bin:/bin"));
    environment.insert(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), QStringLiteral("unix:path=/nonexistent"));
    environment.insert(QStringLiteral("GATEHOUSE_TEST_INSIDE"), QStringLiteral("without"));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QCoreApplication::applicationFilePath(), QStringList());
    QVERIFY(process.waitForFinished(60'000));
    QVERIFY2(process.exitCode() == 0, process.readAll().constData());
    QProcess grep;
    grep.start(QStringLiteral("grep"), {QStringLiteral("-rl"), QStringLiteral("canary"), home.path()});
    QVERIFY(grep.waitForFinished());
    QVERIFY(grep.readAll().isEmpty());
}

static int runWithout()
{
    http::TimerScheduler scheduler;
    KeychainStore store(scheduler, Service);
    const auto written = await(store.write("key", "canary"));
    const bool refused =
        !written && written.error().kind == Error::Kind::Storage && !written.error().advice.empty();
    return refused ? 0 : 1;
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QByteArray inside = qgetenv("GATEHOUSE_TEST_INSIDE");
    if (inside == "without")
        return runWithout();
    if (!inside.isEmpty())
        return runInside();
    gatehouse::test::installFatalLogger();
    TestKeychain test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_keychain.moc"
