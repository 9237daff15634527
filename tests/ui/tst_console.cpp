// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include <QtCore/QDir>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtGui/QImage>

using namespace Qt::StringLiterals;

/// The program itself, as scripts start it: without display, session bus and keychain.
class TestConsole : public QObject
{
    Q_OBJECT

    struct Run
    {
        int status = -1;
        QString out;
        QString err;
    };

    static Run start(const QStringList& arguments, const QString& platform = {}, int seconds = 60)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const QString& name :
             {u"DISPLAY"_s, u"WAYLAND_DISPLAY"_s, u"DBUS_SESSION_BUS_ADDRESS"_s, u"QT_QPA_PLATFORM"_s})
            environment.remove(name);
        if (!platform.isEmpty())
            environment.insert(u"QT_QPA_PLATFORM"_s, platform);
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(TEST_BIN_DIR "/gatehouse"), arguments);
        Run run;
        if (process.waitForFinished(seconds * 1000) && process.exitStatus() == QProcess::NormalExit)
            run.status = process.exitCode();
        run.out = QString::fromUtf8(process.readAllStandardOutput());
        run.err = QString::fromUtf8(process.readAllStandardError());
        return run;
    }

private Q_SLOTS:
    void versionAndHelpNeedNothing()
    {
        const Run version = start({u"--version"_s});
        QCOMPARE(version.status, 0);
        QCOMPARE(version.out.trimmed(), QStringLiteral("gatehouse " GATEHOUSE_VERSION));
        const Run help = start({u"--help"_s});
        QCOMPARE(help.status, 0);
        for (const QString& flag :
             {u"--profile"_s, u"--page"_s, u"--data"_s, u"--capture"_s, u"--quit-after"_s})
            QVERIFY2(help.out.contains(flag), qPrintable(flag));
    }

    void withoutADisplayItNamesCapture()
    {
        const Run run = start({});
        QCOMPARE(run.status, 4);
        QVERIFY(run.err.contains(u"--capture"_s));
        QCOMPARE(run.err.count(u'\n'), 1);
    }

    void aDisplayThatIsNotThereIsExplained()
    {
        const Run run = start({}, u"xcb"_s);
        QCOMPARE(run.status, 4);
        QVERIFY2(run.err.contains(u"--capture"_s), qPrintable(run.err));
    }

    void whatCannotBeUnderstoodIsRefused_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("named");
        QTest::newRow("flag") << QStringList{u"--nonsense"_s} << u"nonsense"_s;
        QTest::newRow("page") << QStringList{u"--page"_s, u"nowhere"_s} << u"nowhere"_s;
        QTest::newRow("seconds") << QStringList{u"--quit-after"_s, u"-1"_s} << u"--quit-after"_s;
    }
    void whatCannotBeUnderstoodIsRefused()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, named);
        const Run run = start(arguments);
        QCOMPARE(run.status, 2);
        QVERIFY2(run.err.contains(named), qPrintable(run.err));
    }

    void anUnknownProfileIsNamed()
    {
        const QTemporaryDir directory;
        const Run run = start({u"--data"_s, directory.path(), u"--profile"_s, u"Nobody"_s}, u"offscreen"_s);
        QCOMPARE(run.status, 2);
        QVERIFY(run.err.contains(u"Nobody"_s));
    }

    void captureDrawsEveryPageOnAnEmptyStore()
    {
        const QTemporaryDir directory;
        const QString pictures = directory.filePath(u"pictures"_s);
        const Run run =
            start({u"--data"_s, directory.filePath(u"data"_s), u"--capture"_s, pictures}, {}, 240);
        QVERIFY2(run.status == 0, qPrintable(run.err));
        for (const QString& page : {u"overview"_s, u"usage"_s, u"cost"_s, u"health"_s, u"quotas"_s,
                                    u"routing"_s, u"ask"_s, u"query"_s, u"activity"_s}) {
            for (const QString& theme : {u"light"_s, u"dark"_s}) {
                const QImage picture(QDir(pictures).filePath(page + u'-' + theme + u".png"_s));
                QCOMPARE(picture.size(), QSize(1440, 900));
                // The two themes really differ.
                QCOMPARE(picture.pixelColor(800, 4).lightness() < 128, theme == u"dark"_s);
            }
        }
    }
};

GATEHOUSE_TEST_MAIN(TestConsole)
#include "tst_console.moc"
