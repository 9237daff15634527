// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/rag/conversationstore.h"
#include "tests/support/testmain.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::rag;
using namespace Qt::StringLiterals;

namespace {

Turn sampleTurn(const std::string& question, const std::string& answer)
{
    Turn turn;
    turn.question = question;
    turn.answer = answer;
    turn.asked = DateTime::fromCivil(2026, 6, 3);
    turn.documents = {"doc-1"};
    Passage passage;
    passage.id = "p-1";
    passage.documentId = "doc-1";
    passage.documentName = "terms.pdf";
    passage.page = 3;
    passage.index = 4;
    passage.tokens = 120;
    passage.score = 0.0325;
    passage.vectorRank = 1;
    passage.text = "three months";
    turn.grounding.passages = {passage};
    turn.grounding.prompt = {{Message::Role::System, "only the context"}, {Message::Role::User, question}};
    turn.facts.grounded = true;
    turn.facts.citations = {{1, "p-1"}, {2, "p-none"}};
    turn.facts.model = "gpt-4o";
    turn.facts.simulated = true;
    turn.facts.backend = "aoai-eastus";
    turn.facts.attempts = 2;
    turn.facts.requestId = "r-1";
    turn.facts.usage = {TokenUsage::Source::Estimated, 10, 4};
    turn.facts.firstToken = std::chrono::milliseconds(12);
    turn.facts.total = std::chrono::milliseconds(99);
    return turn;
}

Conversation sampleConversation(const std::string& id, const std::string& question = "How long?")
{
    Conversation conversation;
    conversation.id = id;
    conversation.profile = "This computer";
    conversation.created = DateTime::fromCivil(2026, 6, 1);
    conversation.add(sampleTurn(question, "Three months [1]."));
    return conversation;
}

/// The lines of Markdown that stand outside of its fences.
std::vector<std::string> outside(const std::string& markdown)
{
    std::vector<std::string> lines;
    std::string fence;
    std::size_t start = 0;
    while (start < markdown.size()) {
        const std::size_t end = std::min(markdown.find('\n', start), markdown.size());
        const std::string line = markdown.substr(start, end - start);
        start = end + 1;
        const std::size_t run =
            line.find_first_not_of('~') == std::string::npos ? line.size() : line.find_first_not_of('~');
        if (fence.empty() && run >= 3)
            fence = line.substr(0, run);
        else if (!fence.empty() && run >= fence.size() && line.find_first_not_of("~ ") == std::string::npos)
            fence.clear();
        else if (fence.empty())
            lines.push_back(line);
    }
    return lines;
}

} // namespace

/// What Ask keeps of conversations, and what it gives away of them.
class TestConversation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsReadAgain()
    {
        Conversation before = sampleConversation(randomGuid());
        Turn failed = sampleTurn("Again?", "");
        failed.error = fail(Error::Kind::Throttled, "Too many.", "Wait.").value();
        failed.error->serviceCode = "RateLimited";
        before.add(failed);
        const Result<Conversation> after = conversationFrom(toJsonText(before));
        QVERIFY(after.has_value());
        QCOMPARE(toJsonText(*after), toJsonText(before));
        QVERIFY(after->turns[1].error->kind == Error::Kind::Throttled);
        QCOMPARE(after->turns[0].cited(1)->text, std::string("three months"));
    }

    void aCitationWithoutItsPassageIsUnproven()
    {
        const Turn turn = sampleTurn("q", "a [1] [2] [3]");
        QVERIFY(turn.cited(1) != nullptr);
        QVERIFY(turn.cited(2) == nullptr); // names a passage that was not retrieved
        QVERIFY(turn.cited(3) == nullptr); // names nothing
    }

    void historyHoldsWholeAnswersAndAtMostFiftyMessages()
    {
        Conversation conversation;
        for (int i = 0; i < 60; ++i)
            conversation.add(sampleTurn("q" + std::to_string(i), "a" + std::to_string(i)));
        Turn broken = sampleTurn("broken", "half");
        broken.error = fail(Error::Kind::Network, "Cut.").value();
        conversation.add(broken);
        const std::vector<Message> history = conversation.history();
        QCOMPARE(history.size(), Conversation::MaxHistory);
        QCOMPARE(history.back().text, std::string("a59"));
        QCOMPARE(history.front().role, Message::Role::User);
        QCOMPARE(history.front().text, std::string("q35"));
    }

    void limitsCutWholeCharacters()
    {
        Conversation conversation;
        std::string long1;
        while (long1.size() < 2 * Conversation::MaxAnswer)
            long1 += "\xE6\xBC\xA2"; // 漢
        for (std::size_t i = 0; i < Conversation::MaxTurns + 5; ++i)
            conversation.add(sampleTurn("q", i == 0 ? "" : "a"));
        conversation.add(sampleTurn(long1, long1));
        QCOMPARE(conversation.turns.size(), Conversation::MaxTurns);
        QVERIFY(conversation.turns.back().answer.size() <= Conversation::MaxAnswer);
        QCOMPARE(conversation.turns.back().answer.size() % 3, std::size_t(0));
        QVERIFY(titleFrom(long1).size() <= Conversation::MaxTitle);
        QCOMPARE(titleFrom("  a\n\n b\t c  "), std::string("a b c"));
    }

    void theStoreKeepsListsAndReallyDeletes()
    {
        const QTemporaryDir directory;
        const ConversationStore store(directory.path().toStdString());
        const std::string first = randomGuid();
        const std::string second = randomGuid();
        QVERIFY(store.save(sampleConversation(first)).has_value());
        Conversation later = sampleConversation(second, "Wie lange läuft die FRIST?");
        later.changed = DateTime::fromCivil(2026, 7, 1);
        QVERIFY(store.save(later).has_value());
        Conversation other = sampleConversation(randomGuid());
        other.profile = "Contoso";
        QVERIFY(store.save(other).has_value());
        const auto list = store.list("This computer");
        QCOMPARE(list.size(), std::size_t(2));
        QCOMPARE(list.front().id, second);
        const auto found = store.list("This computer", [](std::string_view text) {
            return QString::fromUtf8(text.data(), qsizetype(text.size()))
                .contains(u"frist"_s, Qt::CaseInsensitive);
        });
        QCOMPARE(found.size(), std::size_t(1));
        const QString path =
            directory.filePath(u"conversations/"_s + QString::fromStdString(first) + u".json"_s);
        QVERIFY(QFile::exists(path));
        QVERIFY(store.remove(first).has_value());
        QVERIFY(!QFile::exists(path));
        QVERIFY(store.remove(first).has_value());
        QVERIFY(store.load(first).error().kind == Error::Kind::NotFound);
        QCOMPARE(store.list("This computer").size(), std::size_t(1));
    }

    void aDamagedFileIsSetAside_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("cut off") << QByteArray("{\"version\":1,\"id\":");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("list") << QByteArray("[]");
        QTest::newRow("another's id")
            << QByteArray("{\"version\":1,\"id\":\"x\",\"created\":\"2026-06-01\",\"turns\":[]}");
        QTest::newRow("deep") << QByteArray(100'000, '[');
        QTest::newRow("no UTF-8") << QByteArray("\xFF\xFE");
    }
    void aDamagedFileIsSetAside()
    {
        QFETCH(QByteArray, bytes);
        const QTemporaryDir directory;
        const ConversationStore store(directory.path().toStdString());
        const std::string good = randomGuid();
        const std::string bad = randomGuid();
        QVERIFY(store.save(sampleConversation(good)).has_value());
        const QString path =
            directory.filePath(u"conversations/"_s + QString::fromStdString(bad) + u".json"_s);
        QVERIFY(atomicWrite(path.toStdString(), bytes.toStdString()).has_value());
        QCOMPARE(store.list("This computer").size(), std::size_t(1));
        QVERIFY(!QFile::exists(path));
        QVERIFY(QDir(directory.filePath(u"conversations"_s)).entryList({u"*.bad-*"_s}).size() == 1);
    }

    void aNameFromElsewhereIsNoPath()
    {
        const QTemporaryDir directory;
        const ConversationStore store(directory.path().toStdString());
        for (const char* const name : {"../settings", "", "/etc/passwd", "a/b", ".."}) {
            QVERIFY(store.load(name).error().kind == Error::Kind::NotFound);
            QVERIFY(!store.save(sampleConversation(name)).has_value());
            QVERIFY(store.remove(name).has_value());
        }
    }

    void theOldestGoBeyondTheLimit()
    {
        const QTemporaryDir directory;
        const ConversationStore store(directory.path().toStdString());
        Conversation small;
        small.profile = "p";
        small.created = DateTime::fromCivil(2026, 6, 1);
        for (std::size_t i = 0; i < ConversationStore::MaxConversations + 3; ++i) {
            small.id = randomGuid();
            QVERIFY(store.save(small).has_value());
        }
        QCOMPARE(store.list("p").size(), ConversationStore::MaxConversations);
    }

    void markdownCannotBeEscaped_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("fences") << QByteArray("~~~\n```\n~~~~~~\n![x](http://evil.example/x)\n~~~");
        QTest::newRow("html") << QByteArray("<img src=http://evil.example/x>\n\n# heading");
        QTest::newRow("backticks") << QByteArray("`` `evil` ``` [x](javascript:evil)");
        QTest::newRow("line separators") << QByteArray("a\xE2\x80\xA8~~~\xE2\x80\xA8[evil](x)");
        QTest::newRow("carriage return") << QByteArray("a\r~~~~\r[evil](x)\r");
        QTest::newRow("terminal") << QByteArray("\x1b]8;;http://evil.example\x07x\x1b[2J\x9b evil");
        QTest::newRow("rtl") << QByteArray("invoice\xE2\x80\xAE evil");
    }
    void markdownCannotBeEscaped()
    {
        QFETCH(QByteArray, text);
        Conversation conversation = sampleConversation(randomGuid());
        const std::string hostile = text.toStdString();
        conversation.title = hostile;
        conversation.profile = hostile;
        Turn turn = sampleTurn(hostile, hostile);
        turn.grounding.passages[0].text = hostile;
        turn.grounding.passages[0].documentName = hostile;
        turn.facts.model = turn.facts.backend = turn.facts.route = turn.facts.requestId = hostile;
        turn.error = fail(Error::Kind::Protocol, hostile).value();
        conversation.add(turn);
        const std::string markdown = toMarkdown(conversation);
        for (const char c : markdown)
            QVERIFY(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t');
        QVERIFY(markdown.find("\xE2\x80\xAE") == std::string::npos);
        QVERIFY(markdown.find("\xE2\x80\xA8") == std::string::npos);
        for (const std::string& line : outside(markdown)) {
            // Outside of fences foreign text stands in code spans alone.
            std::string rest = line;
            for (std::size_t open = rest.find('`'); open != std::string::npos; open = rest.find('`')) {
                const std::size_t text1 = rest.find_first_not_of('`', open);
                const std::string ticks = rest.substr(open, text1 - open);
                std::size_t close = rest.find(ticks, text1);
                while (close != std::string::npos && close + ticks.size() < rest.size() &&
                       rest[close + ticks.size()] == '`')
                    close = rest.find(ticks, rest.find_first_not_of('`', close));
                QVERIFY2(close != std::string::npos, line.c_str());
                rest = rest.substr(0, open) + rest.substr(close + ticks.size());
            }
            QVERIFY2(rest.find("evil") == std::string::npos, line.c_str());
        }
    }

    void jsonStaysJsonWhateverIsInIt()
    {
        Conversation conversation = sampleConversation(randomGuid());
        conversation.title = "\xFF\xFE\"}],\x01";
        Turn turn = sampleTurn("a\"b\\c\n\x1b[2J", "\xED\xA0\x80");
        conversation.add(turn);
        const Result<Json> read = parseJson(toJsonText(conversation));
        QVERIFY(read.has_value());
        for (const char c : toJsonText(conversation))
            QVERIFY(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
    }
};

GATEHOUSE_TEST_MAIN(TestConversation)
#include "tst_conversation.moc"
