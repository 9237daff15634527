// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/local/gateway/tokens.h"
#include "core/local/rag/extract/chunker.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"

#include <random>
#include <sstream>

using namespace gatehouse::local;

namespace {

ExtractedDocument documentOf(const std::string& text)
{
    return {TextType, std::nullopt, {{std::nullopt, text}}};
}

/// No word comes twice, so that a chunk's place in the text is certain.
std::string nextWord()
{
    static int count = 0;
    static const char* const words[] = {"notice",
                                        "period",
                                        "\xC3\xBC"
                                        "ber",
                                        "e.g.",
                                        "3.",
                                        "\xE4\xB8\xAD\xE6\x96\x87"};
    const std::string number = std::to_string(++count);
    return number + words[number.size() % 3 + static_cast<std::size_t>(count) % 4];
}

std::string sentence(std::mt19937& random)
{
    std::string out = nextWord();
    for (unsigned i = random() % 40; i > 0; --i)
        out += " " + nextWord();
    return out + (random() % 4 == 0 ? "!" : ".");
}

std::string longWord(unsigned length)
{
    std::string out;
    while (out.size() < length)
        out += nextWord();
    return out;
}

/// Text of all shapes: sentences, headings, lists, one word of thousands of characters.
std::string randomText(std::mt19937& random)
{
    std::string text;
    for (unsigned paragraphs = 1 + random() % 40; paragraphs > 0; --paragraphs) {
        text += text.empty() ? "" : "\n\n";
        switch (random() % 5) {
        case 0:
            text += "Heading " + nextWord();
            break;
        case 1:
            text += "- " + nextWord() + "\n- " + nextWord() + " item\n- " + nextWord();
            break;
        case 2:
            text += random() % 8 == 0 ? longWord(random() % 9'000 + 1) : sentence(random);
            break;
        default:
            for (unsigned i = 1 + random() % 12; i > 0; --i)
                text += sentence(random) + (i > 1 ? " " : "");
        }
    }
    return text;
}

} // namespace

class TestChunker : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyChunkKeepsTheRules();
    void endsAtParagraphs();
    void overlapsByWholeSentences();
    void neverSpansTwoPages();
    void aHeadingStaysWithItsText();
    void hasNothingToSayAboutNothing();
    void isLinear();
};

void TestChunker::everyChunkKeepsTheRules()
{
    std::mt19937 random(static_cast<unsigned>(gatehouse::test::seed()));
    for (int round = 0; round < 300; ++round) {
        const std::string text = randomText(random);
        const std::int64_t size = round % 3 == 0 ? 512 : 16 + random() % 300;
        const std::int64_t overlap = round % 3 == 0 ? 64 : random() % 80;
        const auto chunks = chunkDocument(documentOf(text), size, overlap);
        std::size_t covered = 0; // bytes of the text that chunks have had so far
        std::size_t start = 0;
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            const Chunk& chunk = chunks[i];
            QCOMPARE(chunk.index, std::int64_t(i));
            QCOMPARE(chunk.tokens, estimateTokens(chunk.text));
            QVERIFY2(chunk.tokens <= size, qPrintable(QString::number(chunk.tokens)));
            QVERIFY(gatehouse::isValidUtf8(chunk.text) && !chunk.text.empty());
            // It is a part of the text, from the last chunk's end or somewhat before.
            std::size_t at = text.find(chunk.text, start);
            QVERIFY(at != std::string::npos);
            if (at > covered)
                QVERIFY(text.substr(covered, at - covered).find_first_not_of(" \n\t") == std::string::npos);
            else
                QVERIFY(estimateTokens(text.substr(at, covered - at)) <= overlap + 1);
            QVERIFY(at + chunk.text.size() > covered);
            covered = at + chunk.text.size();
            start = at + 1;
        }
        QVERIFY(text.substr(covered).find_first_not_of(" \n\t") == std::string::npos);
    }
}

void TestChunker::endsAtParagraphs()
{
    std::string text;
    for (int i = 0; i < 12; ++i)
        text += (i > 0 ? "\n\n" : "") +
                QByteArray("Alpha beta gamma delta. ").repeated(30).trimmed().toStdString();
    const auto chunks = chunkDocument(documentOf(text));
    QVERIFY(chunks.size() > 2);
    for (std::size_t i = 0; i + 1 < chunks.size(); ++i) {
        QVERIFY(chunks[i].tokens * 2 >= 512);
        QVERIFY(chunks[i].text.ends_with("delta."));
    }
}

void TestChunker::overlapsByWholeSentences()
{
    std::string text;
    for (int i = 0; i < 200; ++i)
        text += (i > 0 ? " " : "") + ("Sentence number " + std::to_string(i) + " says this.");
    const auto chunks = chunkDocument(documentOf(text));
    QVERIFY(chunks.size() > 2);
    for (std::size_t i = 1; i < chunks.size(); ++i) {
        const std::string first = chunks[i].text.substr(0, chunks[i].text.find('.') + 1);
        QVERIFY(first.starts_with("Sentence number "));
        QVERIFY2(chunks[i - 1].text.find(first) != std::string::npos, first.c_str());
    }
}

void TestChunker::neverSpansTwoPages()
{
    const ExtractedDocument document{PdfType, 3, {{1, "First page. More."}, {3, "Third page."}}};
    const auto chunks = chunkDocument(document);
    QCOMPARE(chunks.size(), 2U);
    QCOMPARE(chunks[0].page, std::optional<int>(1));
    QCOMPARE(chunks[0].text, std::string("First page. More."));
    QCOMPARE(chunks[1].page, std::optional<int>(3));
    QCOMPARE(chunks[1].index, std::int64_t(1));
}

void TestChunker::aHeadingStaysWithItsText()
{
    const std::string body = QByteArray("Alpha beta gamma delta. ").repeated(70).trimmed().toStdString();
    const auto chunks = chunkDocument(documentOf(body + "\n\nThe next matter\n\n" + body));
    for (const Chunk& chunk : chunks)
        QVERIFY(!chunk.text.ends_with("The next matter"));
}

void TestChunker::hasNothingToSayAboutNothing()
{
    QVERIFY(chunkDocument(documentOf("")).empty());
    QVERIFY(chunkDocument(documentOf(" \n\n ")).empty());
    QVERIFY(chunkDocument({}).empty());
    QCOMPARE(chunkDocument(documentOf("x"), 0, 900).size(), 1U);
}

void TestChunker::isLinear()
{
    // 4 MiB of sentences, of one word, of lines of one letter: the time is printed, the number of chunks is
    // asserted.
    std::string text;
    while (text.size() < (4U << 20U))
        text += "The supplier answers within ten working days, unless the quantity has changed. ";
    QElapsedTimer timer;
    timer.start();
    const auto chunks = chunkDocument(documentOf(text));
    const qint64 sentences = timer.restart();
    QVERIFY(chunks.size() > 2'000 && chunks.size() < 3'500);
    QVERIFY(chunkDocument(documentOf(std::string(4U << 20U, 'x'))).size() > 2'000);
    const qint64 word = timer.restart();
    QVERIFY(chunkDocument(documentOf(QByteArray("a\n").repeated(2 << 20).toStdString())).size() > 2'000);
    qInfo("4 MiB of sentences: %lld ms; one word of 4 MiB: %lld ms; 2 Mi lines: %lld ms", sentences, word,
          timer.elapsed());
}

GATEHOUSE_TEST_MAIN(TestChunker)
#include "tst_chunker.moc"
