// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/fakeask.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/windowfixture.h"
#include "ui/models/recordmodel.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/ask/answerview.h"
#include "ui/pages/ask/asklist.h"
#include "ui/pages/ask/askpage.h"
#include "ui/pages/ask/chatview.h"
#include "ui/pages/ask/comparepanel.h"
#include "ui/pages/ask/composer.h"
#include "ui/pages/ask/connectdialog.h"
#include "ui/pages/ask/conversationpanel.h"
#include "ui/pages/ask/documentpanel.h"
#include "ui/pages/ask/promptdialog.h"
#include "ui/pages/ask/sourcepanel.h"
#include "ui/pages/ask/turncard.h"
#include "ui/widgets/noticebar.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QMimeData>
#include <QtGui/QClipboard>
#include <QtGui/QDropEvent>
#include <QtTest/QAbstractItemModelTester>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

/// The Ask page in the whole window, on a scripted document service. With GATEHOUSE_PICTURES=DIR each state
/// is drawn there in both themes.
class TestAskPage : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::FakeAsk> m_ask;
    std::unique_ptr<test::WindowFixture> m_fixture;

    AskPage& page() { return *qobject_cast<AskPage*>(&m_fixture->window->currentPage()); }
    AskPresenter& presenter() { return m_fixture->workbench->ask(); }
    template <typename T>
    T* find(const QString& name)
    {
        T* const found = m_fixture->window->findChild<T*>(name);
        if (found == nullptr)
            qFatal("no %s", qPrintable(name));
        return found;
    }
    void open() { m_fixture->open(u"ask"_s); }
    void type(const QString& question)
    {
        page().composer().setText(question);
        QTest::keyClick(&page().composer().edit(), Qt::Key_Return);
    }
    void settle()
    {
        for (AnswerView* const view : m_fixture->window->findChildren<AnswerView*>())
            QTRY_VERIFY(view->settled());
    }
    void draw(const QString& name, const QList<QSize>& sizes = {QSize(1440, 900)})
    {
        const QString directory = qEnvironmentVariable("GATEHOUSE_PICTURES");
        if (directory.isEmpty())
            return;
        for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            m_fixture->theme.setMode(mode);
            for (const QSize size : sizes) {
                m_fixture->window->resize(size);
                settle();
                for (int turn = 0; turn < 5; ++turn)
                    QCoreApplication::processEvents();
                m_fixture->window->grab().save(QDir(directory).filePath(
                    u"%1-%2-%3.png"_s.arg(name, QString::number(size.width()),
                                          mode == Theme::Mode::Dark ? u"dark"_s : u"light"_s)));
            }
        }
        m_fixture->theme.setMode(Theme::Mode::Light);
        m_fixture->window->resize(1440, 900);
    }

private Q_SLOTS:
    void init()
    {
        m_ask = std::make_unique<test::FakeAsk>();
        m_fixture = std::make_unique<test::WindowFixture>(*qApp);
        m_fixture->answerWithSamples();
        m_fixture->world.extend = [this](jobs::Services& services) { services.ask = m_ask.get(); };
    }
    void cleanup()
    {
        m_fixture.reset();
        m_ask.reset();
    }

    void anEmptyPageTeaches()
    {
        open();
        QVERIFY(find<QWidget>(u"askWelcome"_s)->isVisible());
        find<QPushButton>(u"askSample0"_s)->click();
        QVERIFY(!page().composer().text().isEmpty());
        page().composer().setText({});
        QCOMPARE(page().documents().list().rows().rowCount(), 2);
        draw(u"empty"_s, {QSize(1440, 900), QSize(1280, 720), QSize(2560, 1440)});
    }

    void aQuestionIsAskedAndAnswered()
    {
        open();
        QTest::keyClicks(&page().composer().edit(), u"How long is the notice"_s);
        QTest::keyClick(&page().composer().edit(), Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(m_ask->answers.size(), std::size_t(0));
        QTest::keyClicks(&page().composer().edit(), u"period?"_s);
        QTest::keyClick(&page().composer().edit(), Qt::Key_Return);
        QCOMPARE(m_ask->answers.size(), std::size_t(1));
        QVERIFY(page().composer().text().isEmpty());
        QVERIFY(!find<QWidget>(u"askWelcome"_s)->isVisible());
        Q_EMIT m_ask->last().grounded(test::sampleGrounding());
        Q_EMIT m_ask->last().delta(test::sampleAnswer().left(120));
        QVERIFY(page().chat().card(0)->stateText().contains(u"Writing"_s));
        QCOMPARE(page().sources().passages().rows().rowCount(), 4);
        QCOMPARE(page().sources().fact(u"Model"_s), u"not known yet"_s);
        draw(u"streaming"_s);
        Q_EMIT m_ask->last().delta(test::sampleAnswer().mid(120));
        Q_EMIT m_ask->last().finished(test::sampleFacts(), std::nullopt);
        settle();
        QVERIFY(page().chat().card(0)->answer().toPlainText().contains(u"three months"_s));
        QVERIFY(!page().chat().card(0)->answer().toPlainText().contains(u"unproven"_s));
        QCOMPARE(page().sources().fact(u"Endpoint"_s), u"aoai-eastus"_s);
        QCOMPARE(page().sources().fact(u"Attempts"_s), u"2"_s);
        QCOMPARE(page().sources().fact(u"Tokens"_s), u"812 in + 41 out (measured)"_s);
        QCOMPARE(page().sources().fact(u"Cost"_s), u"0.002318 USD"_s);
        QVERIFY(find<QLabel>(u"askBadge"_s)->text().contains(u"simulated model"_s));
        draw(u"answered"_s, {QSize(1440, 900), QSize(1280, 720), QSize(2560, 1440)});
        QSignalSpy explain(&page(), &Page::explainRequested);
        find<QPushButton>(u"askExplain"_s)->click();
        QCOMPARE(explain.front().front().toString(), u"0f8fad5b-d9cb-469f-a165-70867728950e"_s);
        QCOMPARE(m_fixture->window->currentPage().id(), u"routing"_s);
    }

    void aCitationOpensItsPassage()
    {
        open();
        type(u"How long?"_s);
        test::answerWhole(m_ask->last(), u"Two weeks [2] and [7]."_s);
        settle();
        QVERIFY(page().chat().card(0)->answer().toPlainText().contains(u"[7] ▲ unproven"_s));
        Q_EMIT page().chat().card(0)->answer().citationChosen(2);
        QVERIFY(page().sources().passageText().toPlainText().startsWith(u"Probation."_s));
        QSignalSpy told(&page(), &Page::told);
        Q_EMIT page().chat().card(0)->answer().citationChosen(7);
        QVERIFY(told.front().front().toString().contains(u"unproven"_s));
    }

    void aRefusalIsShownAsAnAnswer()
    {
        open();
        type(u"Who won the cup?"_s);
        rag::AnswerFacts facts = test::sampleFacts();
        facts.grounded = false;
        facts.citations.clear();
        test::answerWhole(m_ask->last(), u"The documents do not say who won the cup."_s, facts);
        settle();
        QVERIFY(page().chat().card(0)->stateText().contains(u"The documents do not say"_s));
        QVERIFY(!find<QWidget>(u"turn0Problem"_s)->isVisible());
        draw(u"refused"_s);
    }

    void aFailureIsShownAndTheDraftComesBack()
    {
        open();
        type(u"How long is the notice period?"_s);
        Q_EMIT m_ask->last().delta(u"After the probation period"_s);
        Error error = fail(Error::Kind::Network, "The connection ended in the middle of the answer.",
                           "Check the network, then ask again.")
                          .value();
        Q_EMIT m_ask->last().finished({}, error);
        settle();
        QVERIFY(find<QWidget>(u"turn0Problem"_s)->isVisible());
        QCOMPARE(page().composer().text(), u"How long is the notice period?"_s);
        draw(u"failed"_s);
        find<QPushButton>(u"turn0Details"_s)->click();
        QVERIFY(QGuiApplication::clipboard()->text().contains(u"network"_s));
        find<QPushButton>(u"turn0Again"_s)->click();
        QCOMPARE(m_ask->answers.size(), std::size_t(2));
        QVERIFY(page().chat().card(0)->stateText().startsWith(u"◐"_s));
    }

    void anEndThatNobodyConfirmedIsSaid()
    {
        open();
        type(u"How long is the notice period?"_s);
        rag::AnswerFacts facts = test::sampleFacts();
        facts.endConfirmed = false;
        test::answerWhole(m_ask->last(), u"After the probation period the notice"_s, facts);
        settle();
        QVERIFY(page().chat().card(0)->stateText().contains(u"End not confirmed"_s));
        QVERIFY(page().sources().fact(u"End"_s).contains(u"not confirmed"_s));
        QVERIFY(!find<QWidget>(u"turn0Problem"_s)->isVisible());
        draw(u"end-not-confirmed"_s);
        // It is said of a conversation that was kept, too.
        const std::string id = presenter().state()->conversation->id;
        presenter().startConversation();
        QTRY_COMPARE(presenter().state()->conversations.size(), std::size_t(1));
        presenter().openConversation(id);
        QTRY_COMPARE(presenter().state()->turnCount(), std::size_t(1));
        QVERIFY(page().chat().card(0)->stateText().contains(u"End not confirmed"_s));
    }

    void aSampleDocumentCanBeTried()
    {
        open();
        find<QPushButton>(u"askTrySample"_s)->click();
        QCOMPARE(m_ask->uploads.size(), std::size_t(1));
        QFile sent(m_ask->uploads[0]->path);
        QVERIFY(sent.open(QIODevice::ReadOnly));
        QVERIFY(sent.read(5) == "%PDF-");
        QVERIFY(!page().composer().text().isEmpty());
        QVERIFY(m_ask->answers.empty()); // asking is the person's
    }

    void escStopsTheAnswer()
    {
        open();
        type(u"q"_s);
        Q_EMIT m_ask->last().delta(u"half"_s);
        QTest::keyClick(&page().composer().edit(), Qt::Key_Escape);
        QTRY_VERIFY(!presenter().state()->answering());
        QVERIFY(page().chat().card(0)->stateText().contains(u"Stopped"_s));
    }

    void aDraftThatIsRefusedStays()
    {
        open();
        type(QString(AskPresenter::MaxQuestion + 1, u'x'));
        QCOMPARE(page().composer().text().size(), AskPresenter::MaxQuestion + 1);
        QVERIFY(m_ask->answers.empty());
        QVERIFY(!find<QPushButton>(u"askSend"_s)->isEnabled());
    }

    void aServiceThatIsDownIsSaid()
    {
        m_ask->healths.always(
            fail(Error::Kind::Network, "Nobody answers at 127.0.0.1.", "Start the service."));
        open();
        QVERIFY(find<NoticeBar>(u"askBanner"_s)->text().contains(u"cannot be reached"_s));
        draw(u"down"_s);
    }

    void filesAreDroppedSentAndCancelled()
    {
        open();
        const QTemporaryDir files;
        QStringList paths;
        for (const QString& name :
             {u"terms.pdf"_s, u"<img src=file:///canary><b>x</b>.docx"_s, u"notes.txt"_s}) {
            QFile file(files.filePath(QString(name).replace(u'/', u'_')));
            QVERIFY(file.open(QIODevice::WriteOnly));
            paths.append(file.fileName());
        }
        QMimeData data;
        QList<QUrl> urls;
        for (const QString& path : paths)
            urls.append(QUrl::fromLocalFile(path));
        data.setUrls(urls);
        QDragEnterEvent enter(QPoint(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&page(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&page(), &drop);
        QCOMPARE(m_ask->uploads.size(), std::size_t(1));
        Q_EMIT m_ask->uploads[0]->progress(700'000, 1'200'000);
        QCOMPARE(page().documents().list().rows().rowCount(), 5);
        page().documents().list().setCurrentKey(u"upload:1"_s);
        draw(u"uploading"_s);
        Error refused =
            fail(Error::Kind::InvalidInput, "The document is encrypted.", "Remove its password.").value();
        m_ask->uploads[0]->failed(refused);
        find<QPushButton>(u"askUploadRetry"_s)->click();
        page().documents().list().setCurrentKey(u"upload:2"_s);
        draw(u"upload-failed"_s);
        find<QPushButton>(u"askUploadCancel"_s)->click();
        QVERIFY(m_ask->uploads[1]->cancelled);
    }

    void aFolderIsAskedAboutFirst()
    {
        open();
        const QTemporaryDir folder;
        for (const QString& name : {u"a.pdf"_s, u"b.txt"_s, u"c.exe"_s}) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        page().addPaths({folder.path()});
        QVERIFY(m_ask->uploads.empty());
        auto* const dialog = find<PromptDialog>(u"askFolder"_s);
        dialog->accept();
        QCOMPARE(m_ask->uploads.size(), std::size_t(1));
        QCOMPARE(presenter().state()->uploads.size(), std::size_t(2));
    }

    void aDocumentIsForgottenAfterAQuestion()
    {
        open();
        page().documents().list().setCurrentKey(u"document:doc-1"_s);
        QTest::keyClick(&page().documents().list(), Qt::Key_Delete);
        QCOMPARE(m_ask->receipts.calls(), 0);
        auto* const dialog = find<PromptDialog>(u"askForgetDialog"_s);
        dialog->accept();
        QCOMPARE(m_ask->receipts.calls(), 1);
        QVERIFY(find<PromptDialog>(u"askReceipt"_s)->isVisible());
    }

    void chunksAreShown()
    {
        open();
        page().documents().list().setCurrentKey(u"document:doc-1"_s);
        QTest::keyClick(&page().documents().list(), Qt::Key_Return);
        auto* const dialog = find<QDialog>(u"chunksDialog"_s);
        QVERIFY(
            dialog->findChild<QPlainTextEdit*>(u"chunksText"_s)->toPlainText().startsWith(u"Termination"_s));
        if (const QString directory = qEnvironmentVariable("GATEHOUSE_PICTURES"); !directory.isEmpty())
            dialog->grab().save(QDir(directory).filePath(u"chunks.png"_s));
        dialog->close();
        QVERIFY(!presenter().state()->chunks);
    }

    void aLinkIsShownBeforeItIsOpened()
    {
        open();
        type(u"q"_s);
        test::answerWhole(m_ask->last(), u"[bank](https://user@evil.example/x)"_s);
        settle();
        Q_EMIT page().chat().card(0)->answer().linkChosen(u"https://user@evil.example/x"_s);
        auto* const dialog = find<PromptDialog>(u"askLinkDialog"_s);
        QVERIFY(dialog->findChild<QLabel*>(u"askLinkDialogText"_s)->text().contains(u"evil.example"_s));
        QVERIFY(dialog->findChild<QLabel*>(u"askLinkDialogWarning0"_s) != nullptr);
        if (const QString directory = qEnvironmentVariable("GATEHOUSE_PICTURES"); !directory.isEmpty())
            dialog->grab().save(QDir(directory).filePath(u"link.png"_s));
        dialog->reject();
        page().openLink(u"javascript:alert(1)"_s);
        QCOMPARE(m_fixture->window->findChildren<PromptDialog*>(u"askLinkDialog"_s).size(), 1); // closing
    }

    void answersAreCompared()
    {
        open();
        page().showMode(AskPage::Mode::Compare);
        page().comparison().question().setPlainText(u"How long is the notice period?"_s);
        page().comparison().run();
        QCOMPARE(m_ask->answers.size(), std::size_t(2));
        rag::AnswerFacts facts = test::sampleFacts();
        test::answerWhole(*m_ask->answers[0], test::sampleAnswer(), facts);
        facts.backend = "aoai-elsewhere";
        facts.total = std::chrono::milliseconds(2310);
        test::answerWhole(*m_ask->answers[1], u"The notice period is three months [1]."_s, facts);
        settle();
        const QAbstractItemModel& rows = page().comparison().differences();
        QVERIFY(rows.rowCount() > 5);
        QVERIFY(rows.index(1, 2).data().toString().contains(u"instead"_s));
        draw(u"compare"_s, {QSize(1440, 900), QSize(1280, 720)});
    }

    void codeToConnectIsFilledIn()
    {
        open();
        page().openConnect();
        auto* const dialog = find<ConnectDialog>(u"connectDialog"_s);
        QVERIFY(dialog->text().contains(u"DefaultAzureCredential"_s));
        auto* const service = dialog->findChild<QComboBox*>(u"connectService"_s);
        QVERIFY(service->findText(u"checkout-assistant"_s) >= 0);
        service->setCurrentText(u"checkout-assistant"_s);
        QVERIFY(dialog->text().contains(u"\"x-gh-application\": \"checkout-assistant\""_s));
        dialog->findChild<QLineEdit*>(u"connectDeployment"_s)->setText(u"gpt-4o\"); evil(\""_s);
        QVERIFY(dialog->text().contains(u"gpt-4o\\\"); evil(\\\""_s));
        dialog->showSnippet(rag::Snippet::Kubernetes);
        QVERIFY(dialog->text().contains(u"azure.workload.identity/use: \"true\""_s));
        dialog->findChild<QPushButton*>(u"connectCopy"_s)->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), dialog->text());
        if (const QString directory = qEnvironmentVariable("GATEHOUSE_PICTURES"); !directory.isEmpty())
            dialog->grab().save(QDir(directory).filePath(u"connect.png"_s));
    }

    void everyNameIsPlainText()
    {
        const QString evil = u"<img src=file:///canary><b>x</b>"_s;
        std::vector<rag::Document> documents = test::sampleDocuments();
        documents[0].name = documents[0].mediaType = evil.toStdString();
        m_ask->lists.always(documents);
        open();
        type(evil);
        rag::AnswerFacts facts = test::sampleFacts();
        facts.model = facts.backend = facts.route = facts.requestId = evil.toStdString();
        Error error = fail(Error::Kind::Unavailable, evil.toStdString(), evil.toStdString()).value();
        rag::Grounding grounding = test::sampleGrounding();
        grounding.passages[0].documentName = grounding.passages[0].text = evil.toStdString();
        Q_EMIT m_ask->last().grounded(grounding);
        Q_EMIT m_ask->last().delta(evil);
        Q_EMIT m_ask->last().finished(facts, error);
        settle();
        for (const QLabel* const label : page().findChildren<QLabel*>())
            QVERIFY2(label->textFormat() == Qt::PlainText, qPrintable(label->objectName()));
        for (const QWidget* const widget : page().findChildren<QWidget*>()) {
            QVERIFY2(!widget->toolTip().contains(u"<img"_s), qPrintable(widget->objectName()));
            QVERIFY2(!widget->accessibleName().contains(u"<img"_s), qPrintable(widget->objectName()));
        }
        for (AnswerView* const view : page().findChildren<AnswerView*>())
            QCOMPARE(view->refusedResources(), 0);
    }

    void modelsKeepTheirPromises()
    {
        AskListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto rows = [](const QString& keys) {
            std::vector<AskRow> made;
            for (const QChar key : keys)
                made.push_back({QString(key), u"title "_s + key, u"text"_s, {}, false});
            return made;
        };
        for (const QString& keys :
             {u"abc"_s, u"cab"_s, u"b"_s, u"xbyz"_s, u""_s, u"dcba"_s, u"abcd"_s, u"ab"_s}) {
            model.setRows(rows(keys));
            QString shown;
            for (int row = 0; row < model.rowCount(); ++row)
                shown += model.index(row).data(AskListModel::KeyRole).toString();
            QCOMPARE(shown, keys);
        }
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestAskPage)
#include "tst_askpage.moc"
