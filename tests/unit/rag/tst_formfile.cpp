// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/formfile.h"
#include "tests/support/testmain.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace gatehouse;
using namespace gatehouse::rag;
using namespace Qt::StringLiterals;

namespace {

std::string readAll(FormFile& file, std::size_t most)
{
    std::string all;
    while (static_cast<std::int64_t>(all.size()) < file.size()) {
        const auto piece = file.next(most);
        if (!piece || piece->empty() || piece->size() > most)
            return "refused";
        all += *piece;
    }
    return all;
}

} // namespace

class TestFormFile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void namesAreQuoted_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("quoted");
        QTest::newRow("plain") << QByteArray("a.pdf") << QByteArray("\"a.pdf\"");
        QTest::newRow("quotes") << QByteArray("a\"b\".pdf") << QByteArray("\"a%22b%22.pdf\"");
        QTest::newRow("line end") << QByteArray("a\r\nX-Evil: 1\r\n\r\n.pdf")
                                  << QByteArray("\"a%0D%0AX-Evil: 1%0D%0A%0D%0A.pdf\"");
        QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray("\"a%00b\"");
        QTest::newRow("percent") << QByteArray("100%.pdf") << QByteArray("\"100%.pdf\"");
        QTest::newRow("backslash") << QByteArray("..\\..\\a") << QByteArray("\"..\\..\\a\"");
        QTest::newRow("emoji") << QByteArray("\xF0\x9F\x98\x80.txt")
                               << QByteArray("\"\xF0\x9F\x98\x80.txt\"");
        QTest::newRow("no UTF-8") << QByteArray("a\xFF.txt") << QByteArray("\"a\xEF\xBF\xBD.txt\"");
        QTest::newRow("semicolon") << QByteArray("a; name=b.pdf") << QByteArray("\"a; name=b.pdf\"");
    }
    void namesAreQuoted()
    {
        QFETCH(QByteArray, name);
        const std::string quoted = quotedFormName(name.toStdString());
        QTEST(QByteArray::fromStdString(quoted), "quoted");
    }

    void typesComeFromTheName()
    {
        QCOMPARE(mediaTypeOf("a.PDF"), std::string("application/pdf"));
        QCOMPARE(mediaTypeOf("a.txt"), std::string("text/plain"));
        QVERIFY(mediaTypeOf("a.docx").ends_with("wordprocessingml.document"));
        QCOMPARE(mediaTypeOf("pdf"), std::string("application/octet-stream"));
    }

    void givesTheSameBytesInPiecesOfAnySize()
    {
        const std::string path = write("pieces.txt", QByteArray("0123456789").repeated(1000));
        auto whole = FormFile::open(path, "file");
        QVERIFY(whole);
        const std::string type = (*whole)->contentType();
        const std::string boundary = type.substr(type.find('=') + 1);
        QVERIFY(boundary.size() >= 40 && boundary.size() <= 70);
        const std::string all = readAll(**whole, 1U << 20U);
        QCOMPARE(static_cast<std::int64_t>(all.size()), (*whole)->size());
        QVERIFY(all.starts_with("--" + boundary +
                                "\r\nContent-Disposition: form-data; name=\"file\"; "
                                "filename=\"pieces.txt\"\r\nContent-Type: text/plain\r\n\r\n0123"));
        QVERIFY(all.ends_with("6789\r\n--" + boundary + "--\r\n"));
        for (const std::size_t most : {1UL, 7UL, 4096UL}) {
            auto again = FormFile::open(path, "file");
            const std::string type2 = (*again)->contentType();
            QVERIFY(type2 != type); // a boundary is used once
            std::string bytes = readAll(**again, most);
            for (std::size_t at = 0;
                 (at = bytes.find(type2.substr(type2.find('=') + 1), at)) != std::string::npos;)
                bytes.replace(at, boundary.size(), boundary);
            QVERIFY(bytes == all);
        }
    }

    void countsTheFilesBytes()
    {
        auto file = FormFile::open(write("count.txt", "12345"), "file");
        QVERIFY(file);
        QCOMPARE((*file)->fileBytesOf(0), 0);
        QCOMPARE((*file)->fileBytesOf((*file)->size() - 1), 4);
        QCOMPARE((*file)->fileBytesOf((*file)->size()), 5);
        QCOMPARE((*file)->fileBytesOf((*file)->size() + 99), 5);
    }

    void refusesWhatIsNoPlainFile()
    {
        const std::string plain = write("plain.txt", "text");
        const std::string link = path(u"link.txt"_s);
        QVERIFY(::symlink(plain.c_str(), link.c_str()) == 0);
        const std::string pipe = path(u"pipe.txt"_s);
        QVERIFY(::mkfifo(pipe.c_str(), 0600) == 0);
        const std::map<std::string, std::string> refused = {{link, "NotPlainFile"},
                                                            {pipe, "NotPlainFile"},
                                                            {"/dev/zero", "NotPlainFile"},
                                                            {m_folder.path().toStdString(), "NotPlainFile"},
                                                            {write("empty.pdf", ""), "EmptyDocument"},
                                                            {path(u"nothing.txt"_s), "NoSuchFile"},
                                                            {"", "NoSuchFile"},
                                                            {path(QString(300, u'x')), "NoSuchFile"}};
        for (const auto& [file, code] : refused) {
            const auto opened = FormFile::open(file, "file");
            QVERIFY2(!opened, file.c_str());
            QVERIFY(opened.error().kind == Error::Kind::InvalidInput);
            QCOMPARE(opened.error().serviceCode, code);
            QVERIFY(!opened.error().advice.empty());
        }
    }

    void noticesWhatHappensToTheFile_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("code");
        QTest::newRow("grows") << u"grow"_s << u"FileChanged"_s;
        QTest::newRow("shrinks") << u"shrink"_s << u"FileChanged"_s;
        QTest::newRow("is emptied") << u"empty"_s << u"FileChanged"_s;
        QTest::newRow("is written to") << u"touch"_s << u"FileChanged"_s;
        QTest::newRow("is removed") << u"remove"_s << u"FileVanished"_s;
        QTest::newRow("is moved away") << u"move"_s << u"FileVanished"_s;
        QTest::newRow("is replaced") << u"replace"_s << u"FileVanished"_s;
    }
    void noticesWhatHappensToTheFile()
    {
        QFETCH(QString, what);
        const std::string name = write("changing.txt", QByteArray(10'000, 'x'));
        auto file = FormFile::open(name, "file");
        QVERIFY(file);
        std::string got;
        while (got.size() < 5000)
            got += (*file)->next(1000).value_or("");
        namespace fs = std::filesystem;
        if (what == u"grow")
            fs::resize_file(name, 10'001);
        else if (what == u"shrink")
            fs::resize_file(name, 6'000);
        else if (what == u"empty")
            fs::resize_file(name, 0);
        else if (what == u"touch")
            fs::last_write_time(name, fs::last_write_time(name) + std::chrono::milliseconds(1));
        else if (what == u"remove")
            fs::remove(name);
        else if (what == u"move")
            fs::rename(name, name + ".moved");
        else
            fs::rename(write("other.txt", QByteArray(10'000, 'x')), name);
        Result<std::string> piece;
        while ((piece = (*file)->next(1000)) && !piece->empty())
            got += *piece;
        QVERIFY(!piece);
        QVERIFY(piece.error().kind == Error::Kind::InvalidInput);
        QTEST(QString::fromStdString(piece.error().serviceCode), "code");
        QVERIFY(static_cast<std::int64_t>(got.size()) < (*file)->size()); // the form was never closed
    }

private:
    [[nodiscard]] std::string path(const QString& name) const
    {
        return QFile::encodeName(m_folder.filePath(name)).toStdString();
    }
    [[nodiscard]] std::string write(const char* name, const QByteArray& bytes) const
    {
        QFile file(m_folder.filePath(QString::fromUtf8(name)));
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(bytes) != bytes.size())
            qFatal("the file cannot be written");
        file.close();
        return path(QString::fromUtf8(name));
    }

    QTemporaryDir m_folder;
};

GATEHOUSE_TEST_MAIN(TestFormFile)
#include "tst_formfile.moc"
