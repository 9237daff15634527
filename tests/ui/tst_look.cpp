// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/windowfixture.h"
#include "ui/pages/page.h"
#include "ui/theme/theme.h"
#include "ui/widgets/deck.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

#include <map>

using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

namespace {

/// Counts how often it hears of a new style.
class Listener : public QLabel
{
public:
    using QLabel::QLabel;
    int told = 0;

protected:
    void changeEvent(QEvent* event) override
    {
        told += event->type() == QEvent::StyleChange ? 1 : 0;
        QLabel::changeEvent(event);
    }
};

/// Counts how often it is asked for room.
class View : public QWidget
{
public:
    explicit View(QSize room)
        : m_room(room)
    {
        QSizePolicy policy = sizePolicy();
        policy.setHeightForWidth(true);
        setSizePolicy(policy);
    }
    mutable int asked = 0;

    [[nodiscard]] QSize sizeHint() const override { return count(m_room); }
    [[nodiscard]] QSize minimumSizeHint() const override { return count(m_room); }
    [[nodiscard]] int heightForWidth(int width) const override
    {
        ++asked;
        return m_room.height() * m_room.width() / std::max(1, width);
    }

private:
    [[nodiscard]] QSize count(QSize size) const
    {
        ++asked;
        return size;
    }
    QSize m_room;
};

/// Where each button and field is that can be seen.
std::map<const QWidget*, QRect> placesOf(const QWidget& window)
{
    std::map<const QWidget*, QRect> places;
    for (const QWidget* const widget : window.findChildren<QWidget*>())
        if (widget->isVisible() && widget->focusPolicy() != Qt::NoFocus)
            places.emplace(widget, QRect(widget->mapTo(&window, QPoint()), widget->size()));
    return places;
}

} // namespace

class TestLook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aThemeIsTakenOnOnceHoweverDeepAWidgetStands_data()
    {
        QTest::addColumn<int>("depth");
        QTest::newRow("in the window") << 1;
        QTest::newRow("as in a page") << 12;
    }
    void aThemeIsTakenOnOnceHoweverDeepAWidgetStands()
    {
        QFETCH(int, depth);
        Theme theme(*qApp, false);
        theme.setMode(Theme::Mode::Light);
        QWidget window;
        QWidget* place = &window;
        for (int i = 1; i < depth; ++i) {
            auto* const inner = new QWidget;
            (new QVBoxLayout(place))->addWidget(inner);
            place = inner;
        }
        auto* const label = new Listener(u"Tokens"_s);
        (new QVBoxLayout(place))->addWidget(label);
        window.show();
        label->told = 0;
        theme.setMode(Theme::Mode::Dark);
        QVERIFY(label->told >= 1);
        QVERIFY2(label->told <= 2,
                 qPrintable(QString::number(label->told))); // the old one goes, the new one comes
        QCOMPARE(label->palette().color(QPalette::WindowText), darkTokens().text);
        theme.setMode(Theme::Mode::Light);
        QCOMPARE(label->palette().color(QPalette::WindowText), lightTokens().text);
        QCOMPARE(window.grab().toImage().pixelColor(2, 2), lightTokens().window);
    }

    void aThemeLeavesEverythingInItsPlace()
    {
        WindowFixture fixture(*qApp);
        fixture.answerWithSamples();
        fixture.open();
        MainWindow& window = *fixture.window;
        window.resize(1440, 900);
        window.show();
        for (const Page* const page : window.pages()) {
            window.showPage(page->id());
            QTRY_VERIFY(page->presenter().status().settled());
            QApplication::processEvents();
            const auto before = placesOf(window);
            QVERIFY2(!before.empty(), qPrintable(page->id()));
            for (const Theme::Mode mode : {Theme::Mode::Dark, Theme::Mode::Light}) {
                fixture.theme.setMode(mode);
                static_cast<void>(window.grab());
                const auto after = placesOf(window);
                for (const auto& [widget, place] : before)
                    QVERIFY2(after.contains(widget) && after.at(widget) == place,
                             qPrintable(page->id() + u' ' + widget->objectName()));
            }
        }
    }

    void aDeckIsAsLargeAsTheViewThatIsSeen()
    {
        QWidget window;
        auto* const deck = new Deck(&window);
        auto* const small = new View({100, 40});
        auto* const large = new View({300, 200});
        deck->addWidget(small);
        deck->addWidget(large);
        QCOMPARE(deck->sizeHint(), QSize(100, 40));
        QCOMPARE(deck->minimumSize(), QSize(100, 40));
        QCOMPARE(deck->heightForWidth(200), 20);
        deck->setCurrentWidget(large);
        QCOMPARE(deck->sizeHint(), QSize(300, 200));
        QCOMPARE(deck->minimumSize(), QSize(300, 200));
        QCOMPARE(deck->heightForWidth(200), 300);
    }

    void anEmptyDeckWantsNoRoom()
    {
        QWidget window;
        const Deck deck(&window);
        QCOMPARE(deck.sizeHint(), QSize(0, 0));
        QCOMPARE(deck.minimumSize(), QSize(0, 0));
        QVERIFY(!deck.hasHeightForWidth());
    }

    void aViewThatIsNotSeenIsNotAsked()
    {
        QWidget window;
        auto* const column = new QVBoxLayout(&window);
        auto* const deck = new Deck;
        column->addLayout(deck);
        auto* const seen = new View({100, 40});
        auto* const hidden = new View({300, 200});
        deck->addWidget(seen);
        deck->addWidget(hidden);
        window.show();
        seen->asked = 0;
        hidden->asked = 0;
        seen->updateGeometry();
        column->activate();
        QVERIFY(seen->asked > 0);
        QCOMPARE(hidden->asked, 0);
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestLook)
#include "tst_look.moc"
