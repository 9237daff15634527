// SPDX-License-Identifier: GPL-3.0-or-later
// The conformance cases run through gatehouse-cases. Here streams are damaged at random, cut at random and
// read beside a second parser that knows only whole streams and is written after the specification's own
// words.
#include "tests/support/testmain.h"

#include "core/base/sse.h"
#include "tests/support/seed.h"

using namespace gatehouse;

namespace {

/// The UTF-8 decoder of the Encoding standard, 8.1.1, state by state.
std::string decodeUtf8(const std::string& bytes)
{
    std::string out;
    unsigned needed = 0;
    unsigned low = 0x80;
    unsigned high = 0xBF;
    std::string pending;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const unsigned byte = static_cast<unsigned char>(bytes[i]);
        if (needed == 0) {
            pending.assign(1, bytes[i]);
            if (byte < 0x80)
                out += bytes[i];
            else if (byte >= 0xC2 && byte <= 0xDF)
                needed = 1;
            else if (byte >= 0xE0 && byte <= 0xEF) {
                low = byte == 0xE0 ? 0xA0 : 0x80;
                high = byte == 0xED ? 0x9F : 0xBF;
                needed = 2;
            } else if (byte >= 0xF0 && byte <= 0xF4) {
                low = byte == 0xF0 ? 0x90 : 0x80;
                high = byte == 0xF4 ? 0x8F : 0xBF;
                needed = 3;
            } else
                out += "\xEF\xBF\xBD";
            continue;
        }
        const bool fits = byte >= low && byte <= high;
        low = 0x80;
        high = 0xBF;
        if (!fits) {
            out += "\xEF\xBF\xBD";
            needed = 0;
            --i; // the byte is read again
            continue;
        }
        pending += bytes[i];
        if (--needed == 0)
            out += pending;
    }
    return needed == 0 ? out : out + "\xEF\xBF\xBD";
}

struct Stream
{
    std::vector<SseEvent> events;
    std::string lastEventId;
    std::optional<std::int64_t> retryMs;
};

/// HTML 9.2.5 and 9.2.6 over a whole stream: decode, split, interpret.
Stream interpret(std::string bytes)
{
    if (bytes.rfind("\xEF\xBB\xBF", 0) == 0)
        bytes.erase(0, 3);
    Stream stream;
    std::string data;
    std::string type;
    std::string id;
    std::size_t at = 0;
    while (true) {
        const std::size_t end = bytes.find_first_of("\r\n", at);
        if (end == std::string::npos)
            return stream;
        const std::string line = decodeUtf8(bytes.substr(at, end - at));
        at = end + (bytes.compare(end, 2, "\r\n") == 0 ? 2 : 1);
        if (line.empty()) {
            stream.lastEventId = id;
            if (!data.empty())
                stream.events.push_back(
                    {type.empty() ? "message" : type, data.substr(0, data.size() - 1), id});
            data.clear();
            type.clear();
            continue;
        }
        const std::size_t colon = line.find(':');
        const std::string field = line.substr(0, colon);
        std::string value = colon == std::string::npos ? std::string() : line.substr(colon + 1);
        if (!value.empty() && value[0] == ' ')
            value.erase(0, 1);
        if (field == "data")
            data.append(value).append(1, '\n');
        else if (field == "event")
            type = value;
        else if (field == "id" && value.find('\0') == std::string::npos)
            id = value;
        else if (field == "retry" && !value.empty() &&
                 value.find_first_not_of("0123456789") == std::string::npos)
            stream.retryMs = value.size() > 9 ? 60'000 : std::min(std::stoll(value), 60'000LL);
    }
}

bool same(const std::vector<SseEvent>& a, const std::vector<SseEvent>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const SseEvent& x, const SseEvent& y) {
        return x.type == y.type && x.data == y.data && x.lastEventId == y.lastEventId;
    });
}

constexpr const char* Lines[] = {"data: one",
                                 "data:two",
                                 "data",
                                 "data: ",
                                 "data:  spaced ",
                                 "data: a:b",
                                 "event: note",
                                 "event",
                                 "id: 7",
                                 "id",
                                 "id: \xd0\xba",
                                 "retry: 250",
                                 "retry: x",
                                 ": a comment",
                                 "::::",
                                 "data: \xe2\x82\xac \xf0\x9f\x98\x80",
                                 "Data: no",
                                 "",
                                 "",
                                 "",
                                 "\xEF\xBB\xBF"
                                 "data: marked",
                                 "unknown: field"};
constexpr const char* Ends[] = {"\n", "\r", "\r\n"};
constexpr unsigned char Harmful[] = {0x00, '\r', '\n', ':',  ' ',  0xEF, 0xBB,
                                     0xBF, 0xC3, 0xF0, 0xED, 0xFF, 0x80, 0xA0};

std::string makeStream(std::mt19937_64& random)
{
    std::string stream = random() % 8 == 0 ? "\xEF\xBB\xBF" : "";
    for (std::uint64_t i = random() % 12; i > 0; --i) {
        stream += Lines[random() % std::size(Lines)];
        stream += Ends[random() % 3];
    }
    return stream;
}

void damage(std::string& stream, std::mt19937_64& random)
{
    for (std::uint64_t i = random() % 4; i > 0 && !stream.empty(); --i) {
        const std::size_t at = random() % stream.size();
        switch (random() % 5) {
        case 0:
            stream[at] = static_cast<char>(random());
            break;
        case 1:
            stream.resize(at);
            break;
        case 2:
            stream.insert(at, 1, static_cast<char>(Harmful[random() % std::size(Harmful)]));
            break;
        case 3:
            stream.insert(at, stream.substr(at, random() % 20));
            break;
        default:
            stream.erase(at, random() % 4);
        }
    }
}

} // namespace

class TestSse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void damagedStreamsAreReadAsTheSpecificationSays()
    {
        constexpr int Streams = 10'000;
        constexpr const char* Tail = "\n\nevent: tail\ndata: still here\n\n";
        std::mt19937_64 random(test::seed());
        for (int round = 0; round < Streams; ++round) {
            std::string stream = makeStream(random);
            damage(stream, random);
            stream += Tail;
            const Stream expected = interpret(stream);

            SseParser parser;
            std::vector<SseEvent> events;
            for (std::size_t at = 0; at < stream.size();) {
                const std::size_t length = std::min<std::size_t>(random() % 9, stream.size() - at);
                parser.feed(std::string_view(stream).substr(at, length), events);
                at += length;
            }
            const QByteArray shown = QByteArray::fromStdString(stream).toPercentEncoding();
            QVERIFY2(same(events, expected.events), shown.constData());
            QVERIFY2(parser.lastEventId() == expected.lastEventId, shown.constData());
            QVERIFY2(parser.reconnectionTimeMs() == expected.retryMs, shown.constData());
            QVERIFY2(!events.empty() && events.back().data == "still here", shown.constData());
            QVERIFY(!parser.finish());
        }
    }

    void limitsAreOfOneLineAndOneEvent()
    {
        SseLimits limits;
        limits.maxLineBytes = 10;
        limits.maxEventBytes = 12;
        SseParser parser(limits);
        std::vector<SseEvent> events;
        parser.feed("data:12345\ndata:12345\n\n", events); // 5 + LF + 5
        QCOMPARE(events.size(), std::size_t{1});
        parser.feed(":a comment as long as it likes\n", events);
        QVERIFY(parser.failure() == SseParser::Failure::None);
        parser.feed("data:12345\ndata:1\ndata:12345\n", events);
        QVERIFY(parser.failure() == SseParser::Failure::EventTooLong);
        parser.feed("\n\ndata:x\n\n", events);
        QCOMPARE(events.size(), std::size_t{1});
    }

    void finishSaysWhetherSomethingWasHeld_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<bool>("held");
        QTest::newRow("nothing") << QByteArray() << false;
        QTest::newRow("whole") << QByteArray("data: a\n\n") << false;
        QTest::newRow("half a line") << QByteArray("dat") << true;
        QTest::newRow("no blank line") << QByteArray("data: a\n") << true;
        QTest::newRow("half a mark") << QByteArray("\xEF\xBB") << true;
        QTest::newRow("a comment") << QByteArray(": pi") << false;
    }

    void finishSaysWhetherSomethingWasHeld()
    {
        QFETCH(QByteArray, stream);
        QFETCH(bool, held);
        SseParser parser;
        std::vector<SseEvent> events;
        parser.feed(stream.toStdString(), events);
        QCOMPARE(parser.finish(), held);
    }
};

GATEHOUSE_TEST_MAIN(TestSse)
#include "tst_sse.moc"
