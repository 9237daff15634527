// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/local/rag/extract/multipart.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::local;

namespace {

const QByteArray Type = "multipart/form-data; boundary=gate42";

QByteArray part(const QByteArray& disposition, const QByteArray& content,
                const QByteArray& boundary = "gate42")
{
    return "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition +
           "\r\nContent-Type: application/octet-stream\r\n\r\n" + content + "\r\n";
}

QByteArray one(const QByteArray& disposition, const QByteArray& content = "text")
{
    return part("name=\"file\"; " + disposition, content) + "--gate42--\r\n";
}

} // namespace

class TestMultipart : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsOrRefuses_data();
    void readsOrRefuses();
    void everyTruncationIsRefused();
    void longNamesKeepTheirEnding();
    void theNameIsAlwaysHarmless();
};

/// name and content are what is expected; an empty name means that the body is refused.
void TestMultipart::readsOrRefuses_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("content");
    const auto row = [](const char* title, const QByteArray& body, const QByteArray& name,
                        const QByteArray& content = "text", const QByteArray& type = Type) {
        QTest::newRow(title) << type << body << name << content;
    };
    const QByteArray plain = one("filename=\"a.txt\"");
    row("plain", plain, "a.txt");
    row("boundary's text in the content",
        one("filename=\"a.txt\"", "x --gate42 y\r\n--gate42x\r\n --gate42\r\nz"), "a.txt",
        "x --gate42 y\r\n--gate42x\r\n --gate42\r\nz");
    row("dashes of a longer boundary in the content",
        one("filename=\"a.txt\"", "\r\n--gate4\r\n----gate42--\r\n"), "a.txt",
        "\r\n--gate4\r\n----gate42--\r\n");
    row("content that ends in line ends", one("filename=\"a.txt\"", "x\r\n\r\n"), "a.txt", "x\r\n\r\n");
    row("binary content", one("filename=\"a.pdf\"", QByteArray("%PDF\0\xFF\r\r\n\n", 10)), "a.pdf",
        QByteArray("%PDF\0\xFF\r\r\n\n", 10));
    row("quote as a browser writes it", one("filename=\"a%22b.txt\""), "a\"b.txt");
    row("quote as curl writes it", one("filename=\"a\\\"b.txt\""), "a\"b.txt");
    row("percent signs that are none", one("filename=\"100%25 %41.txt\""), "100%25 %41.txt");
    row("line end as a browser writes it", one("filename=\"a%0D%0Ab.txt\""), "a b.txt");
    row("raw line end in the name", one("filename=\"a\r\nX-Evil: 1.txt\""), "");
    row("NUL in the name", one(QByteArray("filename=\"a\0b.txt\"", 18)), "");
    row("emoji", one("filename=\"\xF0\x9F\x93\x84 plan.txt\""), "\xF0\x9F\x93\x84 plan.txt");
    row("right to left override",
        one("filename=\"plan\xE2\x80\xAE"
            "fdp.txt\""),
        "planfdp.txt");
    row("name that is no UTF-8", one("filename=\"a\xFF.txt\""), "a\xEF\xBF\xBD.txt");
    row("climbing path", one("filename=\"../../etc/passwd.txt\""), "passwd.txt");
    row("path of Windows", one("filename=\"C:\\Users\\me\\a.txt\""), "a.txt");
    row("only dots", one("filename=\"../..\""), "");
    row("RFC 5987 name wins", one("filename=\"a.txt\"; filename*=UTF-8''%C3%A4%2F..%2Fb.txt"), "b.txt");
    row("RFC 5987 name in another encoding", one("filename*=ISO-8859-1''a.txt"), "");
    row("no file name", one(QByteArray()), "");
    row("empty file name", one("filename=\"\""), "");
    row("unclosed quote", one("filename=\"a.txt"), "");
    row("name given twice", one("filename=\"a.txt\"; filename=\"b.txt\""), "");
    row("empty file", one("filename=\"a.txt\"", ""), "a.txt", "");
    row("nothing at all", "", "");
    row("only the last boundary", "--gate42--\r\n", "");
    row("part of no bytes", "--gate42\r\n--gate42--\r\n", "");
    row("part without an end of its headers",
        "--gate42\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n--gate42--\r\n", "");
    row("no boundary in the body", "text", "");
    row("text before the first boundary", "preamble\r\n" + plain, "a.txt");
    row("text behind the last boundary", plain + "epilogue", "a.txt");
    row("no line end at the end", one("filename=\"a.txt\"").chopped(2), "a.txt");
    row("blanks behind the boundary", QByteArray(plain).replace("--gate42\r", "--gate42 \t\r"), "a.txt");
    row("two files", part("name=\"file\"; filename=\"a.txt\"", "1") + one("filename=\"b.txt\""), "");
    row("other fields beside", part("name=\"note\"", "hi") + one("filename=\"b.txt\""), "b.txt");
    row("wrong name of the part", part("name=\"upload\"; filename=\"a.txt\"", "1") + "--gate42--\r\n", "");
    row("line ends of Unix", QByteArray(plain).replace("\r\n", "\n"), "");
    row("transfer encoding",
        QByteArray(plain).replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n"), "");
    row("header twice",
        QByteArray(plain).replace("\r\nContent-Type",
                                  "\r\nContent-Disposition: form-data; name=\"x\"\r\nContent-Type"),
        "");
    row("head of 9 KB", QByteArray(plain).replace("application/octet", QByteArray(9'000, 'x')), "");
    row("20 parts", part("name=\"x\"", "1").repeated(20) + plain, "");
    row("quoted boundary", plain, "a.txt", "text", "Multipart/Form-Data; charset=utf-8; boundary=\"gate42\"");
    row("no boundary in the type", plain, "", "", "multipart/form-data");
    row("boundary of 71", plain, "", "", "multipart/form-data; boundary=" + QByteArray(71, 'x'));
    row("boundary with a line end", plain, "", "", "multipart/form-data; boundary=\"a\r\nb\"");
    row("another type", plain, "", "", "multipart/mixed; boundary=gate42");
}

void TestMultipart::readsOrRefuses()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, content);
    const auto file =
        readUpload(type.toStdString(), std::string_view(body.constData(), std::size_t(body.size())));
    if (name.isEmpty()) {
        QVERIFY(!file);
        QVERIFY(file.error().kind == Error::Kind::InvalidInput);
        QCOMPARE(file.error().serviceCode, std::string("BadMultipart"));
        QVERIFY(!file.error().message.empty());
        return;
    }
    QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
    QCOMPARE(QByteArray::fromStdString(file->name), name);
    QCOMPARE(QByteArray(file->content.data(), qsizetype(file->content.size())), content);
}

void TestMultipart::everyTruncationIsRefused()
{
    const QByteArray body = one("filename=\"a.txt\"", QByteArray(200, 'x'));
    // The last line end may be missing, the two dashes may not.
    for (qsizetype length = 0; length < body.size() - 2; ++length) {
        const auto file = readUpload(Type.toStdString(), body.left(length).toStdString());
        QVERIFY2(!file, qPrintable(QString::number(length)));
        QCOMPARE(file.error().serviceCode, std::string("BadMultipart"));
    }
}

void TestMultipart::longNamesKeepTheirEnding()
{
    const std::string name = cleanFileName(std::string(100, 'a') +
                                           QByteArray("\xE2\x82\xAC").repeated(100).toStdString() + ".docx");
    QVERIFY(name.size() <= 255 && name.size() > 250);
    QVERIFY(name.ends_with(".docx"));
    QVERIFY(isValidUtf8(name));
}

void TestMultipart::theNameIsAlwaysHarmless()
{
    std::mt19937 random(static_cast<unsigned>(test::seed()));
    for (int round = 0; round < 5'000; ++round) {
        std::string raw;
        for (unsigned length = random() % 400; length > 0; --length)
            raw += random() % 3 == 0 ? "./\\\r\n\0\"%"[random() % 8] : static_cast<char>(random());
        const std::string name = cleanFileName(raw);
        QVERIFY(name.size() <= 255 && isValidUtf8(name));
        QVERIFY(name.find_first_of(std::string_view("/\\\r\n\0", 5)) == std::string::npos);
        QVERIFY(name != "." && name != "..");
    }
}

GATEHOUSE_TEST_MAIN(TestMultipart)
#include "tst_multipart.moc"
