// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/extract/childprocess.h"
#include "core/local/rag/extract/chunker.h"
#include "core/local/rag/extract/extractor.h"
#include "core/local/rag/extract/reply.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/pdfwriter.h"

#include <atomic>
#include <random>
#include <thread>

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace gatehouse;
using namespace gatehouse::local;

namespace {

std::string fileBytes(const QString& name)
{
    QFile file(QStringLiteral(DOCUMENT_DIR) + QLatin1Char('/') + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

const std::vector<std::pair<const char*, const char*>>& samples()
{
    static const std::vector<std::pair<const char*, const char*>> table{
        {"travel-and-expenses-policy.pdf", "0.38 euros for each kilometre"},
        {"supplier-contract-summary.pdf", "12 per cent of the shortfall"},
        {"ai-usage-policy.docx",
         "Strictly confidential | health records, salary data, passwords and keys | never"},
        {"employee-handbook-extract.docx", "\xE2\x80\xA2 Moving house: one day, once in two years."},
        {"on-call-runbook.txt", "Never purge the queue."}};
    return table;
}

bool isNamed(const Error& error)
{
    static const std::vector<std::string> codes{"EmptyDocument",     "UnsupportedType", "TypeMismatch",
                                                "EncryptedDocument", "DamagedDocument", "DocumentTooLarge",
                                                "TooComplex",        "NoText"};
    return error.kind == Error::Kind::InvalidInput && !error.message.empty() &&
           std::find(codes.begin(), codes.end(), error.serviceCode) != codes.end();
}

/// A program of the shell in place of gatehouse-extract.
class Stand
{
public:
    explicit Stand(const QByteArray& script)
    {
        QFile file(m_folder.filePath(QStringLiteral("stand")));
        if (file.open(QIODevice::WriteOnly))
            file.write("#!/bin/sh\n" + script + "\n");
        file.close();
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
        m_path = file.fileName().toStdString();
    }
    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    QTemporaryDir m_folder;
    std::string m_path;
};

} // namespace

class TestExtractor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theSampleDocumentsAreRead();
    void theNameAndTheContentMustAgree_data();
    void theNameAndTheContentMustAgree();
    void textOfAllEncodingsIsRead_data();
    void textOfAllEncodingsIsRead();
    void aFileOverTheLimitIsRefused();
    void theChildsEndIsNamed_data();
    void theChildsEndIsNamed();
    void aMissingProgramIsUnavailable();
    void theChildGetsNothingItDoesNotNeed();
    void aChildThatDoesNotReadIsNoTrap();
    void aLyingReplyIsNotBelieved_data();
    void aLyingReplyIsNotBelieved();
    void eightAtOnce();
    void mutationsNeverHang();
    void cleanup();

private:
    std::unique_ptr<Extractor> m_extractor = makeExtractor(extractionProgram());
};

/// No test leaves a child behind, running or not.
void TestExtractor::cleanup()
{
    errno = 0;
    QVERIFY(::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD);
}

void TestExtractor::theSampleDocumentsAreRead()
{
    for (const auto& sample : samples()) {
        const auto document = m_extractor->extract(fileBytes(QString::fromUtf8(sample.first)), sample.first);
        QVERIFY2(document.has_value(), document ? sample.first : document.error().message.c_str());
        std::string text;
        for (const ExtractedSection& section : document->sections)
            text += section.text + "\n\n";
        QVERIFY2(text.find(sample.second) != std::string::npos, sample.first);
        QCOMPARE(document->pages.has_value(), document->mediaType == PdfType);
        QVERIFY(!document->pages || *document->pages >= 3);
        const auto chunks = chunkDocument(*document);
        QVERIFY(chunks.size() >= 3);
        qInfo("%s: %zu bytes of text, %zu chunks", sample.first, text.size(), chunks.size());
    }
}

void TestExtractor::theNameAndTheContentMustAgree_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char* name, const QByteArray& bytes, const char* code) {
        QTest::newRow(qPrintable(QString::fromUtf8(name) + QLatin1Char(' ') +
                                 QString::fromLatin1(bytes.left(8).toHex())))
            << QByteArray(name) << bytes << QByteArray(code);
    };
    const QByteArray pdf = QByteArray::fromStdString(test::onePage().bytes());
    const QByteArray docx = QByteArray::fromStdString(fileBytes(QStringLiteral("ai-usage-policy.docx")));
    const QByteArray old = QByteArray("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") + QByteArray(600, '\0');
    row("a.pdf", pdf, "");
    row("a.PDF", pdf, "");
    row("a.b.docx", docx, "");
    row("a.pdf", "", "EmptyDocument");
    row("a.exe", "", "EmptyDocument");
    row("a.exe", "MZ\x90 program", "UnsupportedType");
    row("a", "hello", "UnsupportedType");
    row("pdf", pdf, "UnsupportedType");
    row("a.", pdf, "UnsupportedType");
    row("a.doc", old, "UnsupportedType");
    row("a.xlsx", docx, "UnsupportedType");
    row("a.pdf", docx, "TypeMismatch");
    row("a.pdf", "<html>not found</html>", "TypeMismatch");
    row("a.pdf", "\x89PNG\r\n\x1A\n", "TypeMismatch");
    row("a.docx", pdf, "TypeMismatch");
    row("a.docx", "hello", "TypeMismatch");
    row("a.docx", old, "TypeMismatch");
    row("a.docx", old + QByteArray("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", 32),
        "EncryptedDocument");
    row("a.txt", pdf, "TypeMismatch");
    row("a.txt", docx, "TypeMismatch");
    row("a.txt", "{\\rtf1 hello}", "TypeMismatch");
    row("a.txt", QByteArray("text\0text", 9), "TypeMismatch");
    row("a.txt", QByteArray(400, '\x01'), "TypeMismatch");
    row("a.txt", " \r\n\t ", "NoText");
}

void TestExtractor::theNameAndTheContentMustAgree()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, code);
    const auto document =
        m_extractor->extract({bytes.constData(), std::size_t(bytes.size())}, name.toStdString());
    QCOMPARE(document ? QByteArray("") : QByteArray::fromStdString(document.error().serviceCode), code);
    QVERIFY(document || isNamed(document.error()));
}

void TestExtractor::textOfAllEncodingsIsRead_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char* title, const QByteArray& bytes, const QByteArray& text) {
        QTest::newRow(title) << bytes << text;
    };
    const QByteArray euro = "Gr\xC3\xBC\xC3\x9F"
                            "e \xE2\x82\xAC"
                            "5";
    row("UTF-8", euro, euro);
    row("UTF-8 with its mark", "\xEF\xBB\xBF" + euro, euro);
    row("UTF-16 little end first",
        QByteArray("\xFF\xFEG\0r\0\xFC\0\xDF\0e\0 \0\xAC\x20"
                   "5\0",
                   18),
        euro);
    row("UTF-16 big end first",
        QByteArray("\xFE\xFF\0G\0r\0\xFC\0\xDF\0e\0 \x20\xAC\0"
                   "5",
                   18),
        euro);
    row("half a unit", QByteArray("\xFF\xFEG\0r", 5), "G\xEF\xBF\xBD");
    row("pair and lone surrogate", QByteArray("\xFF\xFE\x3D\xD8\x00\xDE\x3D\xD8!\0", 10),
        "\xF0\x9F\x98\x80\xEF\xBF\xBD!");
    row("Latin-1 and Windows",
        "Gr\xFC\xDF"
        "e \x80"
        "5",
        euro);
    row("UTF-8 with one bad byte", euro + "\xFF " + euro, euro + "\xEF\xBF\xBD " + euro);
    row("line ends of all kinds", "a\r\nb\rc\n\n\n\nd\f  e  ", "a\nb\nc\n\nd\n\n  e");
    row("invisible characters", "pay\xE2\x80\x8B\xE2\x80\xAE\xF3\xA0\x81\x81ment\x1B", "payment");
}

void TestExtractor::textOfAllEncodingsIsRead()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, text);
    const auto document = m_extractor->extract({bytes.constData(), std::size_t(bytes.size())}, "a.txt");
    QVERIFY2(document.has_value(), document ? "" : document.error().message.c_str());
    QCOMPARE(QByteArray::fromStdString(document->sections.at(0).text), text);
}

void TestExtractor::aFileOverTheLimitIsRefused()
{
    const auto document = m_extractor->extract(std::string((20U << 20U) + 1, 'x'), "a.txt");
    QVERIFY(!document);
    QCOMPARE(document.error().serviceCode, std::string("DocumentTooLarge"));
    QVERIFY(m_extractor->extract(std::string(20U << 20U, 'x'), "a.txt").has_value());
}

void TestExtractor::theChildsEndIsNamed_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("crash") << QByteArray("cat > /dev/null; kill -SEGV $$") << QByteArray("DamagedDocument");
    QTest::newRow("abort before reading") << QByteArray("kill -ABRT $$") << QByteArray("DamagedDocument");
    QTest::newRow("out of time of the processor") << QByteArray("kill -XCPU $$") << QByteArray("TooComplex");
    QTest::newRow("killed") << QByteArray("kill -KILL $$") << QByteArray("TooComplex");
    QTest::newRow("out of memory") << QByteArray("exit 1") << QByteArray("TooComplex");
    QTest::newRow("hangs") << QByteArray("cat > /dev/null; read x < /dev/zero; sleep 100")
                           << QByteArray("TooComplex");
    QTest::newRow("closes its channel and hangs")
        << QByteArray("exec 0<&- 1>&-; sleep 100") << QByteArray("TooComplex");
    QTest::newRow("leaves a grandchild") << QByteArray("sleep 100 & exit 0") << QByteArray("TooComplex");
    QTest::newRow("says nothing") << QByteArray("exit 0") << QByteArray("DamagedDocument");
    QTest::newRow("never stops talking")
        << QByteArray("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done") << QByteArray("TooComplex");
}

void TestExtractor::theChildsEndIsNamed()
{
    QFETCH(QByteArray, script);
    QFETCH(QByteArray, code);
    const Stand stand(script);
    ExtractionLimits limits;
    limits.wall = std::chrono::milliseconds(1'500);
    limits.textBytes = 100;
    const auto document = makeExtractor(stand.path(), limits)->extract("hello", "a.txt");
    QVERIFY(!document);
    QVERIFY2(isNamed(document.error()), document.error().message.c_str());
    QCOMPARE(QByteArray::fromStdString(document.error().serviceCode), code);
}

void TestExtractor::aMissingProgramIsUnavailable()
{
    const Stand script("exit 127");
    for (const std::string& program :
         {std::string("/nowhere/gatehouse-extract"), std::string("/"), script.path()}) {
        const auto document = makeExtractor(program)->extract("hello", "a.txt");
        QVERIFY(!document);
        QVERIFY(document.error().kind == Error::Kind::Unavailable);
        QVERIFY(!document.error().advice.empty());
    }
}

void TestExtractor::theChildGetsNothingItDoesNotNeed()
{
    qputenv("GATEHOUSE_CANARY", "secret");
    const int leaked = ::open("/dev/null", O_RDONLY); // without FD_CLOEXEC
    const auto outcome = runChild("/bin/sh", {"-c", "echo /proc/self/fd/*; cat /proc/$$/environ; pwd; cat"},
                                  "input", 10'000, std::chrono::seconds(10));
    ::close(leaked);
    qunsetenv("GATEHOUSE_CANARY");
    QVERIFY(outcome.end == ChildOutcome::End::Exited);
    QCOMPARE(outcome.status, 0);
    // The shell itself holds one more while it lists the folder.
    QCOMPARE(QByteArray::fromStdString(outcome.output).replace(" /proc/self/fd/3", ""),
             QByteArray("/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2\n/\ninput"));
}

void TestExtractor::aChildThatDoesNotReadIsNoTrap()
{
    // 20 MiB that nobody takes; a signal for a broken pipe would end this process.
    const Stand stand("exit 1");
    const auto document = makeExtractor(stand.path())->extract(std::string(20U << 20U, 'x'), "a.txt");
    QVERIFY(!document && document.error().serviceCode == "TooComplex");
}

void TestExtractor::aLyingReplyIsNotBelieved_data()
{
    QTest::addColumn<QByteArray>("reply");
    const auto row = [](const char* title, const char* reply) { QTest::newRow(title) << QByteArray(reply); };
    row("nothing", "");
    row("no JSON", "hello");
    row("a list", "[]");
    row("no sections", R"({"mediaType":"text/plain","sections":[]})");
    row("only blanks", R"({"mediaType":"text/plain","sections":[{"text":" "}]})");
    row("unknown type", R"({"mediaType":"text/html","sections":[{"text":"x"}]})");
    row("page that is none",
        R"({"mediaType":"application/pdf","pages":2,"sections":[{"page":3,"text":"x"}]})");
    row("pages in disorder",
        R"({"mediaType":"application/pdf","pages":2,"sections":[{"page":2,"text":"x"},{"page":1,"text":"x"}]})");
    row("too many pages",
        R"({"mediaType":"application/pdf","pages":5001,"sections":[{"page":1,"text":"x"}]})");
    row("pages of text", R"({"mediaType":"text/plain","sections":[{"text":"x"},{"text":"y"}]})");
    row("unknown error", R"({"error":{"code":"Own","message":"x"}})");
    row("error without words", R"({"error":{"code":"NoText","message":""}})");
}

void TestExtractor::aLyingReplyIsNotBelieved()
{
    QFETCH(QByteArray, reply);
    const auto document = readReply(reply.toStdString(), {});
    QVERIFY(!document);
    QCOMPARE(document.error().serviceCode, std::string("DamagedDocument"));
}

void TestExtractor::eightAtOnce()
{
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 8; ++i) {
        threads.emplace_back([this, &right, i] {
            const auto& sample = samples()[i % samples().size()];
            const std::string bytes = fileBytes(QString::fromUtf8(sample.first));
            for (int round = 0; round < 5; ++round) {
                const auto document = m_extractor->extract(bytes, sample.first);
                right += document && document->sections.size() >= 1 ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    QCOMPARE(right.load(), 40);
}

void TestExtractor::mutationsNeverHang()
{
    std::mt19937_64 random(test::seed());
    int read = 0;
    qint64 worst = 0;
    for (int round = 0; round < 300; ++round) {
        const auto& sample = samples()[random() % samples().size()];
        std::string bytes = fileBytes(QString::fromUtf8(sample.first));
        for (std::uint64_t i = 1 + random() % 12; i > 0 && !bytes.empty(); --i) {
            const std::size_t at = random() % bytes.size();
            switch (random() % 4) {
            case 0:
                bytes[at] = static_cast<char>(random());
                break;
            case 1:
                bytes.erase(at, random() % 200);
                break;
            case 2:
                bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 300));
                break;
            default:
                bytes.resize(round % 7 == 0 ? at : bytes.size());
            }
        }
        QElapsedTimer timer;
        timer.start();
        const auto document = m_extractor->extract(bytes, sample.first);
        worst = std::max(worst, timer.elapsed());
        read += document ? 1 : 0;
        QVERIFY2(document || isNamed(document.error()), document ? "" : document.error().message.c_str());
    }
    qInfo("%d of 300 were read; the slowest took %lld ms", read, worst);
    QVERIFY(worst < 25'000);
}

GATEHOUSE_TEST_MAIN(TestExtractor)
#include "tst_extractor.moc"
