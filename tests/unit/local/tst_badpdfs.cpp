// SPDX-License-Identifier: GPL-3.0-or-later
// PDFs that loop, lie, explode or hide something: each ends in its text or in a named error, soon.
#include "core/base/clock.h"
#include "core/local/rag/extract/extractor.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/pdfcrypt.h"
#include "tests/unit/local/zipwriter.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::test;

namespace {

const char* const Text = "The notice period is ninety days.";

std::string repeated(const std::string& text, int times)
{
    return QByteArray::fromStdString(text).repeated(times).toStdString();
}

std::string withPage(const std::string& entries)
{
    PdfWriter pdf = onePage();
    pdf.object(3) = "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> " +
                    entries + " >>";
    return pdf.bytes();
}

std::string withCatalog(const std::string& entries, const std::vector<std::string>& objects = {})
{
    PdfWriter pdf = onePage();
    pdf.object(1) = "<< /Type /Catalog /Pages 2 0 R " + entries + " >>";
    for (const std::string& object : objects)
        pdf.add(object);
    return pdf.bytes();
}

std::string withPages(const std::string& pages)
{
    PdfWriter pdf = onePage();
    pdf.object(2) = pages;
    return pdf.bytes();
}

/// The one page's contents are data, packed as filter says.
std::string packedContent(const std::string& data, const std::string& filter = "/FlateDecode")
{
    PdfWriter pdf = onePage();
    pdf.object(5) = "<< /Length " + std::to_string(data.size()) + " /Filter " + filter + " >>\nstream\n" +
                    data + "\nendstream";
    return pdf.bytes();
}

std::string formThatDrawsItself()
{
    PdfWriter pdf = onePage(PdfText + " /X Do");
    pdf.object(3) =
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 "
        "R >> /XObject << /X 6 0 R >> >> >>";
    pdf.addStream("/X Do /X Do",
                  "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>");
    return pdf.bytes();
}

/// 30 forms, each drawing the next one ten times: 10^30 words.
std::string formsThatMultiply()
{
    PdfWriter pdf = onePage("/X Do");
    pdf.object(3) =
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 "
        "R >> /XObject << /X 6 0 R >> >> >>";
    for (int i = 0; i < 30; ++i) {
        pdf.addStream(i == 29 ? PdfText : repeated("/X Do ", 10),
                      "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> "
                      "/XObject << /X " +
                          std::to_string(i + 7) + " 0 R >> >>");
    }
    return pdf.bytes();
}

std::string objectStreamLoop()
{
    PdfWriter pdf = onePage();
    pdf.add("<< /Type /ObjStm /N 1 /First 4 /Extends 6 0 R /Length 9 >>\nstream\n4 0 6 0 R \nendstream");
    std::string bytes = pdf.bytes();
    const std::size_t table = bytes.rfind("xref\n0");
    // The cross-reference becomes a stream in which the font lies in an object stream that lies in itself.
    std::string entries;
    const auto entry = [&entries](int type, std::size_t field, int last) {
        entries += static_cast<char>(type);
        for (int shift = 24; shift >= 0; shift -= 8)
            entries += static_cast<char>((field >> static_cast<unsigned>(shift)) & 0xFFU);
        entries += static_cast<char>(last);
    };
    entry(0, 0, 0);
    for (int i = 1; i <= 6; ++i) {
        const std::size_t offset = bytes.find("\n" + std::to_string(i) + " 0 obj") + 1;
        i == 4 || i == 6 ? entry(2, 6, 0) : entry(1, offset, 0);
    }
    bytes.resize(table);
    return bytes + "7 0 obj\n<< /Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Length " +
           std::to_string(entries.size()) + " >>\nstream\n" + entries + "\nendstream\nendobj\nstartxref\n" +
           std::to_string(table) + "\n%%EOF\n";
}

std::string manyPages(int count)
{
    PdfWriter pdf = onePage();
    std::string kids;
    for (int i = 0; i < count; ++i)
        kids += std::to_string(pdf.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")) + " 0 R ";
    pdf.object(2) = "<< /Type /Pages /Count " + std::to_string(count) + " /Kids [" + kids + "] >>";
    return pdf.bytes();
}

std::string xrefLoop()
{
    PdfWriter pdf = onePage();
    const std::string plain = pdf.bytes();
    const std::size_t table = plain.rfind("xref\n0");
    return pdf.bytes("/Root 1 0 R /Prev " + std::to_string(table));
}

} // namespace

class TestBadPdfs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void endsSoonAndByName_data();
    void endsSoonAndByName();
};

/// code is what may come, parted by |; "text" is the page's own text, "words" are others.
void TestBadPdfs::endsSoonAndByName_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char* title, const std::string& bytes, const char* code) {
        QTest::newRow(title) << QByteArray::fromStdString(bytes) << QByteArray(code);
    };
    const std::string plain = onePage().bytes();
    row("plain", plain, "text");
    row("page tree that is its own child", withPages("<< /Type /Pages /Count 2 /Kids [2 0 R 3 0 R] >>"),
        "DamagedDocument|text");
    row(
        "page tree in a circle",
        [] {
            PdfWriter pdf = onePage();
            pdf.object(2) = "<< /Type /Pages /Count 9 /Kids [6 0 R] >>";
            pdf.add("<< /Type /Pages /Count 9 /Kids [2 0 R] >>");
            return pdf.bytes();
        }(),
        "DamagedDocument");
    row("100,000 pages", manyPages(100'000), "TooComplex");
    row("100,000 times the same page",
        withPages("<< /Type /Pages /Count 100000 /Kids [" + repeated("3 0 R ", 100'000) + "] >>"),
        "DamagedDocument|TooComplex");
    row("100,000 pages claimed", withPages("<< /Type /Pages /Count 100000 /Kids [3 0 R] >>"),
        "DamagedDocument|TooComplex");
    row("two pages claimed", withPages("<< /Type /Pages /Count 2 /Kids [3 0 R] >>"), "DamagedDocument");
    row("less than no pages", withPages("<< /Type /Pages /Count -5 /Kids [3 0 R] >>"),
        "DamagedDocument|text");
    row("2,147,483,648 pages", withPages("<< /Type /Pages /Count 2147483648 /Kids [3 0 R] >>"),
        "DamagedDocument|TooComplex|text");
    row(
        "page tree 5,000 deep",
        [] {
            PdfWriter pdf = onePage();
            pdf.object(2) = "<< /Type /Pages /Count 1 /Kids [6 0 R] >>";
            for (int i = 6; i < 5'006; ++i)
                pdf.add("<< /Type /Pages /Count 1 /Kids [" + std::to_string(i == 5'005 ? 3 : i + 1) +
                        " 0 R] >>");
            return pdf.bytes();
        }(),
        "DamagedDocument|text");
    row("page of 100,000 x 100,000", withPage("/MediaBox [0 0 100000 100000]"), "text");
    row("page of no size", withPage("/MediaBox [0 0 0 0]"), "text|NoText|DamagedDocument");
    row("page of 1e38", withPage("/MediaBox [-1e38 -1e38 1e38 1e38] /Rotate 12345"),
        "text|NoText|DamagedDocument");
    row("script when opened",
        withCatalog("/OpenAction << /S /JavaScript /JS (app.alert(1); while (true) {}) >>"), "text");
    row("program when opened", withCatalog("/OpenAction << /S /Launch /F (/bin/sh) >>"), "text");
    row("embedded file",
        withCatalog("/Names << /EmbeddedFiles << /Names [(evil.exe) 6 0 R] >> >>",
                    {"<< /Type /Filespec /F (evil.exe) /EF << /F 7 0 R >> >>",
                     "<< /Length 4 >>\nstream\nMZ\x90\x90\nendstream"}),
        "text");
    row("form of XFA",
        withCatalog("/AcroForm << /XFA (<x/>) /Fields [6 0 R] >>", {"<< /FT /Tx /Kids [6 0 R] >>"}), "text");
    row("password to open", encryptedPdf("secret", "owner", -1), "EncryptedDocument");
    row("password of the owner, text forbidden", encryptedPdf("", "owner", -64), "EncryptedDocument");
    row("password of the owner, text allowed", encryptedPdf("", "owner", -1), "text");
    row(
        "unknown encryption",
        [] {
            PdfWriter pdf = onePage();
            pdf.add("<< /Filter /Own /V 9 >>");
            return pdf.bytes("/Root 1 0 R /Encrypt 6 0 R");
        }(),
        "DamagedDocument|EncryptedDocument");
    for (const int percent : {25, 50, 75, 99})
        row(qPrintable(QString::fromUtf8("cut at %1 %").arg(percent)),
            plain.substr(0, plain.size() * std::size_t(percent) / 100), "DamagedDocument");
    row("cross-references in a circle", xrefLoop(), "text|DamagedDocument");
    row("cross-references nowhere",
        QByteArray::fromStdString(plain).replace("startxref\n", "startxref\n9").toStdString(),
        "text|DamagedDocument");
    row("object stream inside itself", objectStreamLoop(), "text|NoText|DamagedDocument");
    row("stream of 1 TiB",
        QByteArray::fromStdString(plain).replace("/Length 68", "/Length 1099511627776").toStdString(),
        "text|NoText|DamagedDocument");
    row(
        "length that is itself",
        [] {
            PdfWriter pdf = onePage();
            pdf.object(5) = "<< /Length 5 0 R >>\nstream\n" + PdfText + "\nendstream";
            return pdf.bytes();
        }(),
        "text|NoText|DamagedDocument");
    row("flate bomb of blanks", packedContent(deflated(std::string(512U << 20U, ' '), 15)),
        "TooComplex|NoText");
    row("flate bomb of words", packedContent(deflated(repeated(PdfText + "\n", 2'000'000), 15)),
        "TooComplex|DocumentTooLarge");
    row("bomb in a bomb in a bomb",
        packedContent(deflated(deflated(deflated(std::string(512U << 20U, ' '), 15), 15), 15),
                      "[/FlateDecode /FlateDecode /FlateDecode]"),
        "TooComplex|NoText");
    row("100 filters", packedContent("x", "[" + repeated("/ASCIIHexDecode ", 100) + "]"),
        "NoText|DamagedDocument");
    row("arrays 200,000 deep", withCatalog("/X " + repeated("[", 200'000)),
        "text|DamagedDocument|TooComplex");
    row("dictionaries 100,000 deep",
        withCatalog("/X " + repeated("<< /A ", 100'000) + repeated(">> ", 100'000)),
        "text|DamagedDocument|TooComplex");
    row("operands 200,000 deep", onePage(repeated("[", 200'000) + PdfText).bytes(),
        "text|NoText|DamagedDocument|TooComplex");
    row("states 1,000,000 deep", onePage(repeated("q ", 1'000'000) + PdfText).bytes(),
        "text|TooComplex|DamagedDocument");
    row("form that draws itself", formThatDrawsItself(), "text|DamagedDocument");
    row("forms that multiply", formsThatMultiply(), "TooComplex|NoText|DocumentTooLarge");
    row("100,000 times the same contents",
        withPage("/MediaBox [0 0 595 842] /Contents [" + repeated("5 0 R ", 100'000) + "]"),
        "text|TooComplex|DocumentTooLarge|DamagedDocument");
    row("no text", onePage("0 0 m 9 9 l S").bytes(), "NoText");
    row("only a head and an end", "%PDF-1.7\n%%EOF\n", "DamagedDocument");
    row("no root", onePage().bytes("/Info 1 0 R"), "DamagedDocument|text");
    row("root is a page", onePage().bytes("/Root 3 0 R"), "DamagedDocument");
    row("root is a number", withCatalog("").replace(plain.find("<< /Type /Catalog"), 4, "1234"),
        "DamagedDocument");
    row("noise behind the head", "%PDF-1.4\n" + deflated(repeated("noise", 9'999)) + "\n%%EOF",
        "DamagedDocument");
    row(
        "font without end",
        [] {
            PdfWriter pdf = onePage();
            pdf.object(4) = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] "
                            "/CharProcs << /A 5 0 R >> "
                            "/Encoding << /Differences [0 /A] >> /FirstChar 0 /LastChar 0 /Widths [1] "
                            "/ToUnicode 5 0 R >>";
            return pdf.bytes();
        }(),
        "text|words|NoText|DamagedDocument|TooComplex");
}

void TestBadPdfs::endsSoonAndByName()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, code);
    ExtractionLimits limits;
    limits.cpu = std::chrono::seconds(1); // the bombs would use up all that they are given
    limits.wall = std::chrono::seconds(15);
    const auto extractor = makeExtractor(extractionProgram(), limits);
    QElapsedTimer timer;
    timer.start();
    const auto document = extractor->extract({bytes.constData(), std::size_t(bytes.size())}, "bad.pdf");
    const qint64 elapsed = timer.elapsed();
    const bool whole = document && document->sections.at(0).text.find(Text) != std::string::npos;
    const QByteArray got = document ? QByteArray(whole ? "text" : "words")
                                    : QByteArray::fromStdString(document.error().serviceCode);
    qInfo("%lld ms: %s", elapsed, document ? "text" : document.error().message.c_str());
    QVERIFY2(code.split('|').contains(got), got.constData());
    QVERIFY(elapsed < 16'000);
    if (!document) {
        QVERIFY(document.error().kind == Error::Kind::InvalidInput);
        QVERIFY(!document.error().message.empty() && !document.error().advice.empty());
    }
}

GATEHOUSE_TEST_MAIN(TestBadPdfs)
#include "tst_badpdfs.moc"
