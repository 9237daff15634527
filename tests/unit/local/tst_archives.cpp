// SPDX-License-Identifier: GPL-3.0-or-later
// Archives that no honest program makes. Each is read twice: in this process, to count what was inflated, and
// as the stack does it, in a child.
#include "core/base/files.h"
#include "core/local/rag/extract/archive.h"
#include "core/local/rag/extract/extractor.h"
#include "core/local/rag/extract/readers.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/zipwriter.h"

#include <fstream>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::test;

namespace {

/// Of this process, in bytes.
std::int64_t residentBytes()
{
    std::ifstream file("/proc/self/statm");
    std::int64_t pages = 0;
    file >> pages >> pages;
    return pages * 4'096;
}

std::vector<ZipItem> honest()
{
    return docxItems(wordDocument(wordParagraph("The notice period is ninety days.")));
}

std::string with(const ZipItem& item)
{
    auto items = honest();
    items.push_back(item);
    return zipOf(items);
}

/// A list of one entry more, which points at the data of one before it.
std::string overlapping(int copies)
{
    auto items = honest();
    items.push_back(stored("word/media/kernel.bin", std::string(20'000, 'k')));
    const std::string first = zipOf(items);
    const std::size_t offset = first.find("PK\3\4", first.find("word/document.xml") + 20);
    for (int i = 0; i < copies; ++i) {
        ZipItem item = items[3];
        item.name = "word/media/k" + std::to_string(1'000 + i) + ".bin";
        item.listedOffset = offset;
        item.data.clear();
        item.listedPacked = 20'000;
        items.push_back(item);
    }
    return zipOf(items);
}

std::string deepXml(int depth)
{
    std::string open;
    std::string close;
    for (int i = 0; i < depth; ++i) {
        open += "<w:x>";
        close += "</w:x>";
    }
    return wordDocument(open + wordParagraph("deep") + close);
}

std::string billionLaughs()
{
    std::string type = "<!DOCTYPE lolz [<!ENTITY lol \"lol\">";
    for (int i = 1; i < 10; ++i)
        type += "<!ENTITY lol" + std::to_string(i) + " \"" +
                QByteArray("&lol" + (i > 1 ? QByteArray::number(i - 1) : QByteArray()) + ";")
                    .repeated(10)
                    .toStdString() +
                "\">";
    return type + "]>" + wordDocument(wordParagraph("&lol9;"));
}

} // namespace

class TestArchives : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void evilIsRefused_data();
    void evilIsRefused();
    void anHonestDocumentIsRead();
    void wordsOfAllPlacesAreRead();
    void everyByteMayBeWrong();

private:
    std::unique_ptr<Extractor> m_extractor = makeExtractor(extractionProgram());
};

void TestArchives::evilIsRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char* title, const std::string& bytes, const char* code = "DamagedDocument") {
        QTest::newRow(title) << QByteArray::fromStdString(bytes) << QByteArray(code);
    };
    const std::string mebibyte(1U << 20U, '\0');
    {
        // Deflated in one piece: 1 GiB in about 1 MB, told truly.
        std::string zeros(1U << 30U, '\0');
        ZipItem bomb{"word/media/image1.bin", deflated(zeros), zeros.size()};
        row("1 GiB of zeros", with(bomb), "TooComplex");
        bomb.size = 2'000'000;
        row("1 GiB that says 2 MB", with(bomb), "TooComplex");
        bomb.size = bomb.data.size();
        row("1 GiB that says its packed size", with(bomb), "TooComplex");
        bomb.name = "word/document.xml";
        bomb.size = 5'000'000;
        row("1 GiB as the text itself", zipOf({honest()[0], honest()[1], bomb}), "TooComplex");
    }
    row("ratio of 1000 in one small entry", with(packed("word/media/a.bin", std::string(100'000, 'a'))),
        "TooComplex");
    {
        auto items = honest();
        for (int i = 0; i < 300; ++i)
            items.push_back(packed("word/media/" + std::to_string(i), std::string(64, 'x') + mebibyte));
        row("300 MiB in 300 entries", zipOf(items), "TooComplex");
        items = honest();
        ZipItem noise{"", std::string(3'000, 'n'), 290'000};
        for (int i = 0; i < 800; ++i) {
            noise.name = "word/media/" + std::to_string(i);
            items.push_back(noise);
        }
        row("221 MiB below the ratio", zipOf(items), "TooComplex");
    }
    row("overlapping entries", overlapping(2'000));
    {
        auto items = honest();
        // As in the quine kind: each entry's data contain the local headers of those behind it.
        items.push_back(stored("word/a", zipOf({stored("word/b", std::string(500, 'b'))})));
        ZipItem inner = stored("word/b", std::string(500, 'b'));
        const std::string probe = zipOf(items);
        inner.listedOffset = probe.find("PK\3\4", probe.find("word/a") + 2);
        items.push_back(inner);
        row("an entry inside another's data", zipOf(items));
    }
    {
        std::vector<ZipItem> items;
        for (int i = 0; i < 100'001; ++i)
            items.push_back(ZipItem{"word/" + std::to_string(i), "", 0, 0, 0});
        row("100,001 entries", zipOf(items), "TooComplex");
        items.resize(10'001);
        row("10,001 entries", zipOf(items), "TooComplex");
    }
    row("fewer entries than listed", zipOf(honest(), 1));
    row("more entries than listed", zipOf(honest(), 9'999));
    row("archive in the archive", with(stored("word/media/a.bin", zipOf(honest()))), "TooComplex");
    row("packed archive in the archive", with(packed("word/embeddings/a.zip", zipOf(honest()))),
        "TooComplex");
    {
        ZipItem secret = packed("word/media/secret.bin", "secret secret");
        secret.flags = 1;
        row("encrypted entry", with(secret), "EncryptedDocument");
        secret.flags = 0;
        secret.method = 99;
        row("unknown method", with(secret));
    }
    {
        ZipItem wide = packed("word/media/a.bin", std::string("abc"));
        wide.listedSize = 0xFFFFFFFF;
        row("64-bit size that is missing", with(wide));
        wide.extra = littleEndian(1, 2) + littleEndian(8, 2) + littleEndian(~0ULL, 8);
        row("64-bit size of 16 EiB", with(wide), "TooComplex");
        wide.extra = littleEndian(1, 2) + littleEndian(60'000, 2);
        row("64-bit field beyond its end", with(wide));
    }
    {
        const std::string wide = "PK\6\6" + littleEndian(44, 8) + littleEndian(45, 4) + littleEndian(0, 8) +
                                 littleEndian(~0ULL, 8) + littleEndian(~0ULL, 8) + littleEndian(~0ULL, 8) +
                                 littleEndian(~0ULL, 8);
        row("64-bit list of 16 EiB",
            zipOf(honest(), {},
                  wide + "PK\6\7" + littleEndian(0, 4) + littleEndian(100, 8) + littleEndian(1, 4)));
        row("64-bit list nowhere",
            zipOf(honest(), {}, "PK\6\7" + littleEndian(0, 4) + littleEndian(~0ULL, 8) + littleEndian(1, 4)));
    }
    for (const char* name : {"../../etc/passwd", "/etc/passwd", "word\\..\\x", "C:/x", "word/./x", "word//x"})
        row(qPrintable(QString::fromUtf8("name ") + QString::fromUtf8(name)), with(stored(name, "x")));
    row("name with NUL", with(stored(std::string("a\0b", 3), "x")));
    row("name twice", with(stored("WORD/document.xml", "x")));
    {
        ZipItem twoNames = stored("word/x", "x");
        twoNames.listedName = "word/y";
        row("two names", with(twoNames));
        ZipItem twoSizes = packed("word/x", "xyz");
        twoSizes.localSize = 1'000;
        row("two sizes", with(twoSizes));
        ZipItem wrongSum = packed("word/x", "xyz");
        wrongSum.crc ^= 1;
        row("wrong checksum", with(wrongSum));
        ZipItem longer = packed("word/x", "xyz");
        longer.listedPacked = 1'000'000;
        row("data beyond the end", with(longer));
    }
    row("billion laughs", zipOf(docxItems(billionLaughs())), "TooComplex");
    row("an entity that reads a file",
        zipOf(docxItems("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" +
                        wordDocument(wordParagraph("&x;")))),
        "TooComplex");
    row("XML of depth 2,000", zipOf({honest()[0], honest()[1], stored("word/document.xml", deepXml(2'000))}),
        "TooComplex");
    row("XML of depth 200,000",
        zipOf({honest()[0], honest()[1], stored("word/document.xml", deepXml(200'000))}), "TooComplex");
    row("XML that is none", zipOf(docxItems("<w:document><w:body>")));
    row("no main part", zipOf({honest()[0], honest()[1]}));
    row("plain archive", zipOf({stored("a.txt", "hello")}), "TypeMismatch");
    row("spreadsheet", zipOf(docxItems("<x/>", "spreadsheetml.sheet.main+xml")), "TypeMismatch");
    row("no text", zipOf(docxItems(wordDocument("<w:p/>"))), "NoText");
    row("bytes behind the end", zipOf(honest()) + "tail");
    row("cut in half", zipOf(honest()).substr(0, zipOf(honest()).size() / 2));
}

void TestArchives::evilIsRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, code);
    const std::string_view view(bytes.constData(), std::size_t(bytes.size()));

    std::uint64_t inflated = 0;
    const auto archive = readArchive(
        view, [](std::string_view name) { return name.ends_with(".xml"); }, {}, &inflated);
    Q_UNUSED(archive)
    // What was inflated before the refusal is bounded by what the list honestly allows.
    QVERIFY2(inflated <= (16U << 20U), qPrintable(QString::number(inflated)));

    const std::int64_t before = residentBytes();
    QElapsedTimer timer;
    timer.start();
    const auto document = m_extractor->extract(view, "evil.docx");
    const qint64 elapsed = timer.elapsed();
    const std::int64_t growth = residentBytes() - before;
    QVERIFY(!document);
    QCOMPARE(QByteArray::fromStdString(document.error().serviceCode), code);
    QVERIFY(document.error().kind == Error::Kind::InvalidInput);
    QVERIFY(!document.error().message.empty() && !document.error().advice.empty());
    QVERIFY2(growth < (16 << 20), qPrintable(QString::number(growth)));
    qInfo("%lld ms, %llu bytes inflated, %lld KiB more memory: %s", elapsed,
          static_cast<unsigned long long>(inflated), static_cast<long long>(growth / 1'024),
          document.error().message.c_str());
}

void TestArchives::anHonestDocumentIsRead()
{
    const auto document = m_extractor->extract(zipOf(honest()), "a.DOCX");
    QVERIFY2(document.has_value(), document ? "" : document.error().message.c_str());
    QCOMPARE(document->mediaType, std::string(DocxType));
    QVERIFY(!document->pages);
    QCOMPARE(document->sections.size(), 1U);
    QCOMPARE(document->sections[0].text, std::string("The notice period is ninety days."));
    // A workbook behind a chart is neither opened nor a reason to refuse.
    QVERIFY(m_extractor->extract(with(stored("word/embeddings/book.xlsx", zipOf(honest()))), "a.docx")
                .has_value());
}

void TestArchives::wordsOfAllPlacesAreRead()
{
    const std::string body =
        "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>Head</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t xml:space=\"preserve\">item </w:t><w:t>one</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc>" +
        wordParagraph("a") + wordParagraph("b") + "</w:tc><w:tc>" + wordParagraph("c") +
        "</w:tc></w:tr><w:tr><w:tc>" + wordParagraph("d") +
        "</w:tc></w:tr></w:tbl>"
        "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:instrText>PAGE</w:instrText>"
        "<w:br/><w:t>line &amp; "
        "more</w:t></w:r><w:hyperlink><w:r><w:tab/><w:t>link</w:t></w:r></w:hyperlink></w:p>"
        "<w:sdt><w:sdtContent>" +
        wordParagraph("control") + "</w:sdtContent></w:sdt>";
    auto items = docxItems(wordDocument(body));
    items.push_back(packed("word/footnotes.xml", "<w:footnotes " + WordNamespace + "><w:footnote>" +
                                                     wordParagraph("A note.") +
                                                     "</w:footnote></w:footnotes>"));
    const auto document = readDocx(zipOf(items), {});
    QVERIFY2(document.has_value(), document ? "" : document.error().message.c_str());
    QCOMPARE(
        document->sections.at(0).text,
        std::string(
            "Head\n\n\xE2\x80\xA2 item one\n\na b | c\nd\n\nnew\nline & more\tlink\n\ncontrol\n\nA note."));
}

void TestArchives::everyByteMayBeWrong()
{
    // Every byte of a small archive, changed in two ways: an error or a text, and never a wild read
    // (sanitizers).
    const std::string good = zipOf(honest());
    int refused = 0;
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const unsigned mask : {0x01U, 0xFFU}) {
            std::string bad = good;
            bad[i] = static_cast<char>(static_cast<unsigned char>(bad[i]) ^ mask);
            refused += readDocx(bad, {}).has_value() ? 0 : 1;
        }
    }
    QVERIFY2(refused > int(good.size()), qPrintable(QString::number(refused)));
}

GATEHOUSE_TEST_MAIN(TestArchives)
#include "tst_archives.moc"
