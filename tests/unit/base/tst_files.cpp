// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/base/files.h"

#include <QtCore/QTemporaryDir>

#include <csignal>
#include <filesystem>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace gatehouse;
namespace fs = std::filesystem;

class TestFiles : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;

    [[nodiscard]] std::string path(const char* name) const
    {
        return m_directory.filePath(QString::fromLatin1(name)).toStdString();
    }
    [[nodiscard]] std::size_t filesNextTo(const std::string& file) const
    {
        std::size_t count = 0;
        for (const auto& entry : fs::directory_iterator(fs::path(file).parent_path()))
            count +=
                entry.path().filename().string().rfind(fs::path(file).filename().string(), 0) == 0 ? 1 : 0;
        return count;
    }

private Q_SLOTS:
    void whatIsWrittenIsReadBack()
    {
        const std::string file = path("a");
        const std::string bytes("one\0two", 7);
        QVERIFY(atomicWrite(file, "before").has_value());
        QVERIFY(atomicWrite(file, bytes).has_value());
        QCOMPARE(*readFile(file), bytes);
        struct stat info = {};
        QCOMPARE(::stat(file.c_str(), &info), 0);
        QCOMPARE(info.st_mode & 0777U, 0600U);
        QCOMPARE(filesNextTo(file), std::size_t{1});
    }

    void aFullDiskLeavesTheOldFile()
    {
        const std::string file = path("full");
        QVERIFY(atomicWrite(file, "good").has_value());
        // A limit on the size of a file fails a write as a full disk does, but with EFBIG.
        const auto before = std::signal(SIGXFSZ, SIG_IGN);
        rlimit old = {};
        getrlimit(RLIMIT_FSIZE, &old);
        const rlimit small = {4096, old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        const Status status = atomicWrite(file, std::string(100'000, 'x'));
        setrlimit(RLIMIT_FSIZE, &old);
        std::signal(SIGXFSZ, before);
        QVERIFY(!status);
        QVERIFY(status.error().kind == Error::Kind::Storage);
        QVERIFY(!status.error().advice.empty());
        QCOMPARE(*readFile(file), std::string("good"));
        QCOMPARE(filesNextTo(file), std::size_t{1});
    }

    void aMissingFolderIsAStorageError()
    {
        const Status status = atomicWrite(path("no/such/folder/file"), "x");
        QVERIFY(!status);
        QVERIFY(status.error().kind == Error::Kind::Storage);
    }

    void readingRefusesWhatIsNoFileOrTooLarge()
    {
        QVERIFY(readFile(path("absent")).error().kind == Error::Kind::NotFound);
        QVERIFY(readFile(m_directory.path().toStdString()).error().kind == Error::Kind::InvalidInput);
        const std::string pipe = path("pipe");
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        QVERIFY(readFile(pipe).error().kind == Error::Kind::InvalidInput); // and does not wait for a writer
        const std::string file = path("ten");
        QVERIFY(atomicWrite(file, "0123456789").has_value());
        QVERIFY(readFile(file, 10).has_value());
        QVERIFY(readFile(file, 9).error().kind == Error::Kind::InvalidInput);
    }

    void foldersAreMadeForTheUserAlone()
    {
        const std::string folder = path("x/y/z");
        QVERIFY(makeDirectory(folder).has_value());
        QVERIFY(makeDirectory(folder).has_value());
        struct stat info = {};
        QCOMPARE(::stat(folder.c_str(), &info), 0);
        QCOMPARE(info.st_mode & 0777U, 0700U);
        const std::string file = path("file");
        QVERIFY(atomicWrite(file, "x").has_value());
        QVERIFY(!makeDirectory(file + "/below"));
    }

    void aBadFileIsSetAsideUnderANewNameEachTime()
    {
        const std::string file = path("settings.json");
        for (int n = 1; n <= 3; ++n) {
            QVERIFY(atomicWrite(file, std::to_string(n)).has_value());
            const auto aside = setAside(file);
            QVERIFY(aside.has_value());
            QCOMPARE(*aside, file + ".bad-" + std::to_string(n));
            QVERIFY(!fs::exists(file));
            QCOMPARE(*readFile(*aside), std::to_string(n));
        }
        QVERIFY(!setAside(file));
    }
};

GATEHOUSE_TEST_MAIN(TestFiles)
#include "tst_files.moc"
