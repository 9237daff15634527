// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/askrig.h"
#include "tests/ui/fakes/guitestmain.h"

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using test::errorOf;
using Rig = test::AskRig;

/// The documents that are asked: listed, sent, looked into, forgotten.
class TestAskDocuments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void documentsAndHealthAreShown()
    {
        Rig rig;
        rig.open();
        QCOMPARE(rig.state()->documents.size(), std::size_t(2));
        QVERIFY(rig.state()->health->ready);
        QCOMPARE(rig.state()->status.phase, Phase::Data);
        QVERIFY(rig.state()->offered);
    }

    void theBackendsOwnContractHasNoList()
    {
        Rig rig;
        Error none = errorOf(Error::Kind::NotFound);
        none.serviceCode = "NotOffered";
        rig.ask.lists.always(fail(none));
        rig.open();
        QVERIFY(!rig.state()->documentsListed);
        QVERIFY(!rig.state()->status.error);
        rig.presenter.desk().upload({u"/tmp/a.pdf"_s});
        rag::Document document;
        document.name = "a.pdf";
        rig.ask.uploads.back()->done(document);
        QCOMPARE(rig.state()->documents.size(), std::size_t(1));
    }

    void filesAreSentOneAfterTheOther()
    {
        Rig rig;
        rig.open();
        rig.presenter.desk().upload({u"/tmp/a.pdf"_s, u"/tmp/b.docx"_s, u"/tmp/c.txt"_s});
        QCOMPARE(rig.ask.uploads.size(), std::size_t(1));
        QCOMPARE(rig.ask.uploads[0]->path, u"/tmp/a.pdf"_s);
        Q_EMIT rig.ask.uploads[0]->progress(10, 100);
        QCOMPARE(rig.state()->uploads[0].sent, 10);
        QCOMPARE(rig.state()->uploads[0].state, UploadLine::State::Sending);
        Q_EMIT rig.ask.uploads[0]->progress(100, 100);
        QCOMPARE(rig.state()->uploads[0].state, UploadLine::State::Indexing);
        Error refused = errorOf(Error::Kind::InvalidInput);
        refused.serviceCode = "EncryptedDocument";
        rig.ask.uploads[0]->failed(refused);
        QCOMPARE(rig.state()->uploads[0].state, UploadLine::State::Failed);
        QCOMPARE(rig.ask.uploads.size(), std::size_t(2));
        rig.presenter.desk().cancelUpload(3); // waits yet
        QCOMPARE(rig.state()->uploads[2].state, UploadLine::State::Stopped);
        rag::Document document = test::sampleDocuments()[0];
        document.duplicate = true;
        const int lists = rig.ask.lists.calls();
        rig.ask.uploads[1]->done(document);
        QCOMPARE(rig.state()->uploads[1].state, UploadLine::State::Done);
        QVERIFY(rig.ask.lists.calls() > lists);
        QCOMPARE(rig.ask.uploads.size(), std::size_t(2));
        rig.presenter.desk().retryUpload(1);
        QCOMPARE(rig.ask.uploads.size(), std::size_t(3));
        const QPointer<test::FakeUpload> again = rig.ask.uploads[2];
        rig.presenter.desk().cancelAll();
        QTRY_COMPARE(rig.state()->uploads[0].state, UploadLine::State::Stopped);
        QVERIFY(!rig.presenter.desk().uploading());
        rig.presenter.desk().clearUploads();
        QVERIFY(rig.state()->uploads.empty());
        QTRY_VERIFY(again.isNull());
    }

    void aFinishedUploadStandsAmongTheDocumentsAlone()
    {
        Rig rig;
        rig.open();
        rig.presenter.desk().upload({u"/tmp/new.pdf"_s});
        const rag::Document document = test::sampleDocuments()[0];
        rig.ask.uploads[0]->done(document);
        QVERIFY(rig.state()->uploads.empty());
        QVERIFY(std::ranges::any_of(rig.presenter.desk().documents(),
                                    [&](const rag::Document& one) { return one.id == document.id; }));
    }

    void aDocumentIsForgottenWithAReceipt()
    {
        Rig rig;
        rig.open();
        QSignalSpy receipts(&rig.presenter, &AskPresenter::forgotten);
        QSignalSpy told(&rig.presenter, &AskPresenter::told);
        rig.ask.receipts.hold();
        rig.presenter.desk().forget("doc-1");
        QCOMPARE(rig.state()->forgetting, std::string("doc-1"));
        rig.ask.lists.always(std::vector<rag::Document>{test::sampleDocuments()[1]});
        rig.ask.receipts.release(rag::Receipt{"doc-1", "Employment terms.pdf", 14, DateTime{}});
        QTRY_COMPARE(receipts.count(), 1);
        QCOMPARE(rig.state()->documents.size(), std::size_t(1));
        rig.ask.receipts.always(fail(errorOf(Error::Kind::Denied)));
        rig.presenter.desk().forget("doc-2");
        QCOMPARE(told.count(), 1);
        QCOMPARE(rig.state()->documents.size(), std::size_t(1));
    }

    void theChunksOpenedLastAreShown()
    {
        Rig rig;
        rig.open();
        rig.ask.chunkLists.hold();
        rig.presenter.desk().openChunks("doc-1");
        rig.presenter.desk().openChunks("doc-2");
        QVERIFY(rig.ask.chunkLists.stopped(0));
        rig.ask.chunkLists.release(std::vector<rag::Passage>(9));
        rig.ask.chunkLists.release(std::vector<rag::Passage>(2));
        QTRY_VERIFY(!rig.state()->chunks->loading);
        QCOMPARE(rig.state()->chunks->passages.size(), std::size_t(2));
        QCOMPARE(rig.state()->chunks->document.id, std::string("doc-2"));
        rig.presenter.desk().closeChunks();
        QVERIFY(!rig.state()->chunks);
    }

    void theExampleCountsAsLoadingUntilItsAnswerIsThere_data()
    {
        QTest::addColumn<QString>("fails");
        QTest::newRow("all goes well") << QString();
        QTest::newRow("the file is refused") << u"upload"_s;
        QTest::newRow("the question fails") << u"answer"_s;
    }
    void theExampleCountsAsLoadingUntilItsAnswerIsThere()
    {
        QFETCH(QString, fails);
        Rig rig;
        rig.open();
        rig.presenter.runExample(u"/tmp/sample.pdf"_s, {u"What is it about?"_s, u"Until when?"_s});
        QCOMPARE(rig.ask.uploads.size(), std::size_t(1));
        QVERIFY(!rig.state()->status.settled());
        if (fails == u"upload"_s) {
            rig.ask.uploads[0]->failed(errorOf(Error::Kind::InvalidInput));
            QVERIFY(rig.state()->status.error.has_value());
            return;
        }
        rig.ask.uploads[0]->done(test::sampleDocuments()[0]);
        QCOMPARE(rig.ask.answers.size(), std::size_t(1));
        QVERIFY(!rig.state()->status.settled());
        if (fails == u"answer"_s) {
            Q_EMIT rig.ask.last().finished({}, errorOf(Error::Kind::Unavailable));
            QVERIFY(rig.state()->status.error.has_value());
            return;
        }
        test::answerWhole(rig.ask.last());
        QCOMPARE(rig.ask.answers.size(), std::size_t(2));
        QCOMPARE(rig.ask.last().question.text, std::string("Until when?"));
        QVERIFY(!rig.state()->status.settled());
        test::answerWhole(rig.ask.last());
        QVERIFY(rig.state()->status.settled());
        QVERIFY(!rig.state()->status.error);
        QCOMPARE(rig.state()->conversation->turns.size(), std::size_t(2));
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestAskDocuments)
#include "tst_askdocuments.moc"
