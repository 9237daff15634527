// SPDX-License-Identifier: GPL-3.0-or-later
// 2 GiB of a sparse file on their way: they are hashed where they arrive, and never sit in memory here.
#include "tests/support/testmain.h"
#include "tests/unit/rag/ragworld.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace Qt::StringLiterals;

namespace {

qint64 residentBytes()
{
    std::ifstream statm("/proc/self/statm");
    qint64 size = 0;
    qint64 resident = 0;
    statm >> size >> resident;
    return resident * ::sysconf(_SC_PAGESIZE);
}

} // namespace

class TestRagUploadLarge : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void staysOutOfMemory()
    {
        constexpr qint64 Bytes = 2LL << 30;
        QTemporaryDir folder;
        const std::string path = writeFile(folder, u"large.txt"_s, "begin");
        std::filesystem::resize_file(path, Bytes);
        FormServer server({});
        RagWorld world(server.origin());
        const auto upload = world.client.upload(path);
        UploadRecorder recorder(*upload);
        QTRY_VERIFY(recorder.steps > 10);
        const qint64 before = residentBytes();
        qint64 most = before;
        QObject::connect(upload.get(), &rag::FileUpload::progress, upload.get(),
                         [&most](qint64 sent, qint64) {
                             if (sent % 97 == 0)
                                 most = std::max(most, residentBytes());
                         });
        QTRY_COMPARE_WITH_TIMEOUT(recorder.ends, 1, 290'000);
        most = std::max(most, residentBytes());
        QVERIFY(!recorder.error);
        QCOMPARE(server.fileBytes, Bytes);
        QVERIFY(server.wellFormed && recorder.whole && !recorder.beyond && !recorder.backwards);
        QCryptographicHash hash(QCryptographicHash::Sha256);
        const QByteArray zeros(1 << 20, '\0');
        hash.addData("begin");
        hash.addData(zeros.left((1 << 20) - 5));
        for (int i = 1; i < 2048; ++i)
            hash.addData(zeros);
        QCOMPARE(server.sha256, hash.result());
        std::printf("grew by %lld KiB\n", static_cast<long long>((most - before) >> 10));
        QVERIFY(most - before < (32LL << 20));
    }
};

GATEHOUSE_TEST_MAIN(TestRagUploadLarge)
#include "tst_ragupload_large.moc"
