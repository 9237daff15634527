// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/answerstage.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/hostilecorpus.h"
#include "tests/ui/steptimer.h"
#include "ui/pages/ask/answerfaces.h"
#include "ui/pages/ask/answertext.h"
#include "ui/pages/ask/answerview.h"
#include "ui/theme/theme.h"
#include "ui/widgets/linktarget.h"

#include <QtGui/QClipboard>
#include <QtGui/QTextBlock>
#include <QtNetwork/QTcpServer>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr double Allowed = 4 * 100.0;
#else
constexpr double Allowed = 100.0;
#endif

/// The links of what is shown.
QStringList linksOf(const AnswerView& view)
{
    QStringList links;
    for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next()) {
        for (auto at = block.begin(); !at.atEnd(); ++at) {
            const QString link = at.fragment().charFormat().anchorHref();
            if (!link.isEmpty() && !links.contains(link))
                links.append(link);
        }
    }
    return links;
}

bool showsPictures(const AnswerView& view)
{
    for (const QTextFormat& format : view.document()->allFormats()) {
        if (format.isImageFormat() &&
            view.document()->toRawText().contains(QChar::ObjectReplacementCharacter))
            return true;
    }
    return false;
}

} // namespace

/// Untrusted text on screen: opens nothing, asks nobody, deceives nobody and never holds up the window.
class TestAnswerView : public QObject
{
    Q_OBJECT

    std::unique_ptr<Theme> m_theme;
    QTcpServer m_canary;
    int m_calls = 0;

    struct Rig : test::AnswerStage
    {
        explicit Rig(const Theme& theme)
            : AnswerStage(theme, {640, 700})
        {}
        QString show(
            const QString& text, AnswerView::Proven proven = [](int) { return true; })
        {
            view->setAnswer(text, std::move(proven));
            while (!view->settled())
                QCoreApplication::processEvents();
            return view->toPlainText();
        }
    };

    [[nodiscard]] QString canary() const { return u"http://127.0.0.1:%1"_s.arg(m_canary.serverPort()); }

private Q_SLOTS:
    void initTestCase()
    {
        m_theme = std::make_unique<Theme>(*qApp, false);
        QVERIFY(m_canary.listen(QHostAddress::LocalHost));
        connect(&m_canary, &QTcpServer::newConnection, this, [this] { ++m_calls; });
    }
    void cleanupTestCase() { m_theme.reset(); }

    void markdownIsShownAsWhatItMeans()
    {
        Rig rig(*m_theme);
        const QString text = rig.show(u"# Title\n\nA **bold** word, `code` and [1].\n\n1. one\n2. two\n\n"
                                      "| a | b |\n|---|---|\n| c | d |\n\n```\n<b>x</b>\n```\n\n7. seven"_s);
        QVERIFY(text.contains(u"A bold word, code and [1]."_s));
        QVERIFY(text.contains(u"<b>x</b>"_s));
        QVERIFY(!text.contains(u"```"_s));
        QVERIFY(!text.contains(u"|--"_s));
        QVERIFY(text.contains(u"7. seven"_s)); // a list that goes on does not begin anew
        QCOMPARE(linksOf(*rig.view), QStringList{u"cite:1"_s});
    }

    void htmlIsText()
    {
        Rig rig(*m_theme);
        const QString text = rig.show(u"<b>x</b> <img src=\"file:///etc/passwd\"> <table><tr><td>y"_s);
        QVERIFY(text.contains(u"<img src=\"file:///etc/passwd\">"_s));
        QVERIFY(text.contains(u"<table>"_s));
    }

    void onlyWebAndMailLinksStay_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<bool>("stays");
        QTest::newRow("https") << u"https://example.com/a?b=c"_s << true;
        QTest::newRow("http") << u"http://example.com/"_s << true;
        QTest::newRow("mail") << u"mailto:a@example.com"_s << true;
        for (const char* const bad :
             {"file:///etc/passwd", "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x",
              "smb://h/s", "ms-msdt:/id", "qrc:/x", "cite:1", "#x", "relative/path", "//host/x", "ftp://h/x",
              "https:///x", "about:blank", "vbscript:x", "tel:1"})
            QTest::newRow(bad) << QString::fromLatin1(bad) << false;
    }
    void onlyWebAndMailLinksStay()
    {
        QFETCH(QString, address);
        QFETCH(bool, stays);
        Rig rig(*m_theme);
        const QString text = rig.show(u"[text]("_s + address + u") and <"_s + address + u">"_s);
        QCOMPARE(linksOf(*rig.view).isEmpty(), !stays);
        QCOMPARE(inspectLink(address).mayOpen, stays);
        if (!stays)
            QVERIFY(text.contains(u"text"_s));
    }

    void aLinkSaysWhereItLeads_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("warnings");
        QTest::newRow("plain") << u"https://example.com/x"_s << u"example.com"_s << 0;
        QTest::newRow("user info") << u"https://login.microsoftonline.com@evil.example/"_s
                                   << u"evil.example"_s << 1;
        QTest::newRow("password") << u"https://a:b@evil.example/"_s << u"evil.example"_s << 1;
        QTest::newRow("homograph") << u"https://\u0430pple.com/"_s << u"xn--pple-43d.com"_s << 1;
        QTest::newRow("punycode") << u"https://xn--80ak6aa92e.com/"_s << u"xn--80ak6aa92e.com"_s << 1;
        QTest::newRow("number") << u"http://2130706433/"_s << QString() << 1;
        QTest::newRow("not encrypted") << u"http://example.com/"_s << u"example.com"_s << 1;
        QTest::newRow("mail with a copy") << u"mailto:a@b.example?bcc=c@d.example"_s << u"a@b.example"_s << 1;
    }
    void aLinkSaysWhereItLeads()
    {
        QFETCH(QString, address);
        QFETCH(QString, host);
        QFETCH(int, warnings);
        const LinkTarget target = inspectLink(address);
        QVERIFY(target.mayOpen);
        if (!host.isEmpty())
            QCOMPARE(target.host, host);
        QVERIFY(target.warnings.size() >= warnings);
        for (const QChar c : target.address)
            QVERIFY(c.unicode() > 0x20 && c.unicode() < 0x7F);
        Rig rig(*m_theme);
        const QString text = rig.show(u"[our bank]("_s + address + u")"_s);
        QVERIFY2(text.contains(target.host), qPrintable(text));
        QCOMPARE(text.contains(u'▲'), !target.warnings.isEmpty());
    }

    void aClickedLinkIsOnlyTold()
    {
        Rig rig(*m_theme);
        rig.show(u"[x](https://example.com/a) [2]"_s);
        QSignalSpy links(rig.view, &AnswerView::linkChosen);
        QSignalSpy citations(rig.view, &AnswerView::citationChosen);
        Q_EMIT rig.view->anchorClicked(QUrl(u"https://example.com/a"_s));
        Q_EMIT rig.view->anchorClicked(QUrl(u"cite:2"_s));
        QCOMPARE(links.count(), 1);
        QCOMPARE(citations.front().front().toInt(), 2);
        QVERIFY(rig.view->source().isEmpty());
        QVERIFY(rig.view->toPlainText().startsWith(u"x"_s)); // it did not go there
    }

    void citationsWithoutAPassageAreMarked()
    {
        Rig rig(*m_theme);
        const QString text = rig.show(u"One [1], two [2], `code [1]`, [[3]](https://example.com)."_s,
                                      [](int marker) { return marker == 1; });
        QVERIFY(text.contains(u"One [1], two [2] ▲ unproven"_s));
        QVERIFY(text.contains(u"code [1]"_s));
        QCOMPARE(text.count(u"unproven"_s), 1);
    }

    void whatDeceivesIsGone()
    {
        Rig rig(*m_theme);
        for (const QString& text :
             {u"a\u202Eb\u200Bc\u2066d\uFEFFe"_s, u"a&#x202E;b&#8203;c&#x2066;d&#xFEFF;e"_s,
              u"a\u001Bb\u0007c\u009Bd\0e"_s}) {
            for (const QChar c : rig.show(text)) {
                QVERIFY(!isDeceptive(c.unicode()));
                QVERIFY(c == u'\n' || c.unicode() >= 0x20);
                QVERIFY(c.unicode() < 0x7F || c.unicode() > 0x9F);
            }
        }
    }

    void toolTipsNeverHoldRemoteMarkup()
    {
        Rig rig(*m_theme);
        rig.show(u"[x](https://example.com \"<img src=file:///canary>\") ![y](z \"<b>t</b>\")"_s);
        for (const QTextFormat& format : rig.view->document()->allFormats())
            QVERIFY(!format.hasProperty(QTextFormat::TextToolTip) ||
                    !rig.view->document()->toHtml().contains(u"canary"_s));
        QVERIFY(!showsPictures(*rig.view));
    }

    void aStreamReadsAsTheWholeDoes_data()
    {
        QTest::addColumn<int>("piece");
        for (const int piece : {1, 2, 3, 7, 64, 1000})
            QTest::newRow(qPrintable(QString::number(piece))) << piece;
    }
    void aStreamReadsAsTheWholeDoes()
    {
        QFETCH(int, piece);
        const QString text = u"# Head\n\nFirst *para* [1]\nwith two lines.\n\n- a\n\n- b\n  more\n\nafter\n\n"
                             "```py\nx = 1\n\ny = 2\n```\nend 😀 [2]"_s;
        Rig whole(*m_theme);
        const QString wanted = whole.show(text);
        Rig rig(*m_theme);
        for (qsizetype at = 0; at < text.size(); at += piece) {
            rig.view->append(text.mid(at, piece));
            rig.view->step();
        }
        rig.view->finish([](int) { return true; });
        while (!rig.view->settled())
            QCoreApplication::processEvents();
        QCOMPARE(rig.view->toPlainText(), wanted);
        QCOMPARE(rig.view->given(), text);
    }

    void aTailOfManyScriptsIsShownInTheEnd()
    {
        const QString text = u"Ωμέγα हिन्दी ไทย 日本語 한국어 עברית العربية தமிழ் ქართული ᏣᎳᎩ "_s +
                             QString::fromUcs4(U"\U00012000\U00010380\U0001F600") + u" `कोड` **ตัวหนา**"_s;
        Rig rig(*m_theme);
        for (const QChar c : text) {
            rig.view->append(c);
            rig.view->step();
        }
        QTRY_VERIFY(rig.view->settled());
        // Where scripts change, a line may end, and what came before is read as Markdown.
        const auto inked = [](QString words) {
            return words.removeIf([](QChar c) { return c.isSpace() || c == u'*' || c == u'`'; });
        };
        QCOMPARE(inked(rig.view->toPlainText()), inked(text));
        rig.view->finish([](int) { return true; });
        QTRY_VERIFY(rig.view->settled());
        QVERIFY(rig.view->toPlainText().contains(u"日本語"_s));
    }

    void facesAreLoadedOnce()
    {
        AnswerFaces faces;
        faces.setFonts(m_theme->font(Theme::Type::Body), m_theme->font(Theme::Type::Body));
        QVERIFY(faces.ready(u"Plain words, äöü, **bold** and `code`."));
        QString text;
        for (char16_t c = 0x900; c < 0x1800; c += 16)
            text += QChar(c);
        int turns = 1;
        while (!faces.ready(text) && turns < 1000)
            ++turns;
        QVERIFY(turns < 1000);
        QVERIFY(faces.ready(text));
        QVERIFY(faces.ready(text.left(3)));
    }

    void pacesStayWithinBounds()
    {
        Rig rig(*m_theme);
        QCOMPARE(rig.view->pace(), std::chrono::milliseconds(50));
        for (int i = 0; i < 40; ++i) {
            rig.view->append(u"some words to follow "_s.repeated(100));
            rig.view->step();
            QCoreApplication::processEvents();
            QVERIFY(rig.view->pace() >= std::chrono::milliseconds(50));
            QVERIFY(rig.view->pace() <= std::chrono::milliseconds(250));
        }
        QVERIFY(rig.view->pace() > std::chrono::milliseconds(50)); // 80 KB cost more than a few words
    }

    void anotherThemeShowsTheSameText()
    {
        Rig rig(*m_theme);
        const QString before =
            rig.show(u"One [1] **two**\n\nthree [2]"_s, [](int marker) { return marker == 1; });
        m_theme->setMode(Theme::Mode::Dark);
        while (!rig.view->settled())
            QCoreApplication::processEvents();
        QCOMPARE(rig.view->toPlainText(), before);
        m_theme->setMode(Theme::Mode::Light);
    }

    void copiesArePlainText()
    {
        Rig rig(*m_theme);
        rig.show(u"a [x](https://example.com) **b**"_s);
        rig.view->selectAll();
        rig.view->copy();
        const QMimeData* const data = QGuiApplication::clipboard()->mimeData();
        QVERIFY(!data->hasHtml());
        QVERIFY(data->text().startsWith(u"a x"_s));
    }

    void hostileTextsOpenNothingAndHoldNothingUp()
    {
        const auto texts = test::hostileTexts(canary());
        QVERIFY2(texts.size() >= 300, qPrintable(QString::number(texts.size())));
        drawAll(texts);
    }

    void injectedAnswersAskNobody()
    {
        const auto texts = test::injectedAnswers(canary());
        QVERIFY2(texts.size() >= 150, qPrintable(QString::number(texts.size())));
        drawAll(texts);
    }

private:
    /// Each whole and streamed in pieces that cut through everything.
    void drawAll(const std::vector<test::HostileText>& texts)
    {
        double worst = 0;
        QString worstName;
        for (const test::HostileText& text : texts) {
            for (const bool streamed : {false, true}) {
                Rig rig(*m_theme);
                test::StepTimer timer;
                if (streamed) {
                    const qsizetype piece = std::max<qsizetype>(3, text.text.size() / 60);
                    for (qsizetype at = 0; at < text.text.size(); at += piece) {
                        timer.step([&] {
                            rig.view->append(text.text.mid(at, piece));
                            rig.view->step();
                        });
                        timer.turn();
                    }
                    timer.step([&] { rig.view->finish([](int) { return false; }); });
                } else {
                    timer.step([&] { rig.view->setAnswer(text.text, [](int) { return false; }); });
                }
                while (!rig.view->settled())
                    timer.turn();
                timer.turn();
                if (timer.worst() > worst) {
                    worst = timer.worst();
                    worstName = text.name + (streamed ? u" (streamed)"_s : QString());
                }
                QVERIFY2(timer.worst() < Allowed,
                         qPrintable(u"%1: %2 ms%3"_s.arg(text.name)
                                        .arg(timer.worst())
                                        .arg(streamed ? u" streamed"_s : QString())));
                QCOMPARE(rig.view->refusedResources(), 0);
                QVERIFY2(!showsPictures(*rig.view), qPrintable(text.name));
                for (const QString& link : linksOf(*rig.view))
                    QVERIFY2(link.startsWith(u"cite:"_s) || inspectLink(link).mayOpen,
                             qPrintable(text.name + link));
            }
        }
        QCoreApplication::processEvents();
        QCOMPARE(m_calls, 0);
        std::printf("%zu texts, worst step %.1f ms (%s)\n", texts.size(), worst, qPrintable(worstName));
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestAnswerView)
#include "tst_answerview.moc"
