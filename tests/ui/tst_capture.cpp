// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/capture.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/windowfixture.h"
#include "ui/pages/page.h"

#include <QtCore/QDir>
#include <QtTest/QSignalSpy>

using namespace gatehouse;
using namespace Qt::StringLiterals;

/// Pictures of the pages, on fake services.
class TestCapture : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::WindowFixture> m_fixture;

private Q_SLOTS:
    void init()
    {
        m_fixture = std::make_unique<test::WindowFixture>(*qApp);
        m_fixture->answerWithSamples();
        m_fixture->open(u"overview"_s);
    }
    void cleanup() { m_fixture.reset(); }

    void everyPageIsDrawnInBothThemes()
    {
        const QTemporaryDir pictures;
        console::Capture capture(m_fixture->theme, *m_fixture->workbench, *m_fixture->window,
                                 pictures.path());
        QSignalSpy finished(&capture, &console::Capture::finished);
        capture.start();
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(finished.front().at(0).toInt(), 0);
        qsizetype views = 0;
        for (const ui::Page* const page : m_fixture->window->pages())
            views += 1 + page->exampleViews().size();
        QCOMPARE(QDir(pictures.path()).entryList(QDir::Files).size(), 2 * views);
    }

    void aWindowWhoseCaptureWasNotStartedIsLeftAlone()
    {
        const QTemporaryDir pictures;
        console::Capture capture(m_fixture->theme, *m_fixture->workbench, *m_fixture->window,
                                 pictures.path());
        QSignalSpy finished(&capture, &console::Capture::finished);
        QSignalSpy changed(&m_fixture->window->currentPage().presenter(), &ui::PagePresenter::changed);
        QTest::keyClick(m_fixture->window.get(), Qt::Key_F5);
        QTRY_VERIFY(changed.count() > 0);
        for (int turn = 0; turn < 50; ++turn)
            QCoreApplication::processEvents();
        QCOMPARE(finished.count(), 0);
        QCOMPARE(m_fixture->window->currentPage().id(), u"overview"_s);
        QVERIFY(QDir(pictures.path()).isEmpty());
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestCapture)
#include "tst_capture.moc"
