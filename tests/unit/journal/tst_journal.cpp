// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/base/files.h"
#include "core/journal/filestorage.h"
#include "core/journal/journal.h"
#include "core/journal/record.h"
#include "core/journal/withhold.h"
#include "tests/support/manualclock.h"
#include "tests/support/memoryjournal.h"
#include "tests/support/seed.h"
#endif

#include <QtCore/QTemporaryDir>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

using namespace gatehouse;
using namespace gatehouse::journal;
using gatehouse::test::JournalDisk;
using gatehouse::test::ManualClock;
using gatehouse::test::MemoryStorage;

namespace {

JournalEntry intentOf(const std::string& title, int steps = 2)
{
    JournalEntry entry;
    entry.objectId = "11111111-2222-3333-4444-555555555555";
    entry.name = "Anna Ek";
    entry.title = title;
    entry.ticket = "CHG-1";
    entry.scope = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/a";
    for (int i = 0; i < steps; ++i) {
        JournalStep step;
        step.resourceId = entry.scope + "/backends/b" + std::to_string(i);
        step.title = "Backend " + std::to_string(i);
        step.before = Json{{"url", "https://old.example"}};
        step.after = Json{{"url", "https://new.example"}, {"weight", 0.1}};
        entry.steps.push_back(std::move(step));
    }
    return entry;
}

/// A process with a journal on a disk.
struct Console
{
    explicit Console(std::shared_ptr<JournalDisk> on)
        : disk(std::move(on))
        , journal(std::make_unique<MemoryStorage>(disk), clock)
    {}
    ManualClock clock;
    std::shared_ptr<JournalDisk> disk;
    Journal journal;
};

void writeApplied(Journal& journal, const std::string& title)
{
    const auto begun = journal.begin(intentOf(title));
    QVERIFY(begun.has_value());
    for (std::size_t step = 0; step < begun->steps.size(); ++step)
        QVERIFY(journal.settle(begun->number, step, JournalStep::Outcome::Done).has_value());
    QVERIFY(journal.finish(begun->number, JournalEntry::Result::Applied, {}).has_value());
}

std::shared_ptr<JournalDisk> smallJournal()
{
    auto disk = std::make_shared<JournalDisk>();
    Console console(disk);
    writeApplied(console.journal, "first");
    writeApplied(console.journal, "second");
    return disk;
}

bool holds(const std::shared_ptr<JournalDisk>& disk)
{
    const auto verdict = Console(disk).journal.verify();
    return verdict && verdict->holds;
}

std::vector<std::string> linesOf(const std::string& bytes)
{
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = bytes.find('\n', begin)) != std::string::npos; begin = end + 1)
        lines.push_back(bytes.substr(begin, end + 1 - begin));
    return lines;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string bytes;
    for (const std::string& line : lines)
        bytes += line;
    return bytes;
}

std::unique_ptr<Journal> onDisk(const QTemporaryDir& directory, const Clock& clock)
{
    return std::make_unique<Journal>(std::make_unique<FileStorage>(directory.path().toStdString()), clock);
}

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anEntryIsReadBackAsItWasWritten();
    void theFirstStepWithoutAnOutcomeMayHaveBeenSent();
    void whatIsTakenBackIsUndoneUntilThatIsTakenBackToo();
    void everyChangedByteIsFound();
    void aChangedByteOfTheAnchorIsFound();
    void removedAndMovedAndInsertedRecordsAreFound();
    void aCutOffEndIsFound();
    void aJournalThatDoesNotHoldTakesNoMore();
    void atEveryLengthOfATornTailNothingAcknowledgedIsLost();
    void aNewerVersionIsRefusedUntouched();
    void secretsNeverReachIt();
    void aFullDiskIsAnErrorAndLeavesTheJournalWhole();
    void twoProcessesTakeTurns();
    void onlyOneAppliesAtATime();
    void killedWritersLoseNothingAcknowledged();
    void filesAreForTheUserAlone();
};

void TestJournal::anEntryIsReadBackAsItWasWritten()
{
    const auto disk = std::make_shared<JournalDisk>();
    Console console(disk);
    const auto begun = console.journal.begin(intentOf("limits"));
    QVERIFY(begun.has_value());
    QCOMPARE(begun->number, 1);
    QVERIFY(console.journal.attempt(1, 1, Json{{"url", "https://theirs.example"}}, std::nullopt).has_value());
    QVERIFY(console.journal.settle(1, 0, JournalStep::Outcome::Done).has_value());
    QVERIFY(console.journal.finish(1, JournalEntry::Result::Partial, "why").has_value());

    const auto entries = Console(disk).journal.entries();
    QVERIFY(entries && entries->size() == 1);
    const JournalEntry& entry = entries->front();
    QCOMPARE(entry.name, std::string("Anna Ek"));
    QCOMPARE(entry.ticket, std::string("CHG-1"));
    QVERIFY(entry.at == console.clock.now());
    QVERIFY(entry.result == JournalEntry::Result::Partial);
    QCOMPARE(entry.message, std::string("why"));
    QVERIFY(entry.steps[0].outcome == JournalStep::Outcome::Done);
    QVERIFY(entry.steps[1].outcome == JournalStep::Outcome::NotDone);
    QCOMPARE(textAt(*entry.steps[1].before, "url"), std::string("https://theirs.example"));
    QVERIFY(!entry.steps[1].after);
    QCOMPARE(entry.hash.size(), 64U);
    QVERIFY(holds(disk));
}

void TestJournal::theFirstStepWithoutAnOutcomeMayHaveBeenSent()
{
    const auto disk = std::make_shared<JournalDisk>();
    Console console(disk);
    QVERIFY(console.journal.begin(intentOf("x", 3)).has_value());
    QVERIFY(console.journal.settle(1, 0, JournalStep::Outcome::Done).has_value());
    const auto entry = Console(disk).journal.entry(1);
    QVERIFY(entry && entry->result == JournalEntry::Result::Pending);
    QVERIFY(entry->steps[0].outcome == JournalStep::Outcome::Done);
    QVERIFY(entry->steps[1].outcome == JournalStep::Outcome::Unknown);
    QVERIFY(entry->steps[2].outcome == JournalStep::Outcome::NotDone);
}

void TestJournal::whatIsTakenBackIsUndoneUntilThatIsTakenBackToo()
{
    const auto disk = std::make_shared<JournalDisk>();
    Console console(disk);
    for (std::int64_t undoes : {0, 1, 2}) {
        JournalEntry intent = intentOf("x");
        intent.undoes = undoes;
        const auto begun = console.journal.begin(intent);
        QVERIFY(begun && console.journal.finish(begun->number, JournalEntry::Result::Applied, {}));
        const auto first = console.journal.entry(1);
        QVERIFY((first->result == JournalEntry::Result::Undone) == (undoes == 1));
    }
}

void TestJournal::everyChangedByteIsFound()
{
    const auto disk = smallJournal();
    QVERIFY(holds(disk));
    const std::string whole = disk->bytes;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (const char bit : {'\x01', '\x20', '\x80'}) {
            disk->bytes = whole;
            disk->bytes[i] = static_cast<char>(disk->bytes[i] ^ bit);
            QVERIFY2(!holds(disk), qPrintable(QString::number(i)));
        }
    }
    qInfo("%zu bytes, 3 changes each, all found", whole.size());
}

void TestJournal::aChangedByteOfTheAnchorIsFound()
{
    const auto disk = smallJournal();
    const std::string whole = disk->anchor;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        disk->anchor = whole;
        disk->anchor[i] = static_cast<char>(disk->anchor[i] ^ 1);
        QVERIFY2(!holds(disk), qPrintable(QString::number(i)));
    }
    disk->anchor.clear();
    QVERIFY(!holds(disk));
}

void TestJournal::removedAndMovedAndInsertedRecordsAreFound()
{
    const auto disk = smallJournal();
    const auto lines = linesOf(disk->bytes);
    QCOMPARE(lines.size(), 9U);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto removed = lines;
        removed.erase(removed.begin() + static_cast<std::ptrdiff_t>(i));
        disk->bytes = joined(removed);
        QVERIFY(!holds(disk));
        for (std::size_t j = i + 1; j < lines.size(); ++j) {
            auto moved = lines;
            std::swap(moved[i], moved[j]);
            disk->bytes = joined(moved);
            QVERIFY(!holds(disk));
        }
        auto twice = lines;
        twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
        disk->bytes = joined(twice);
        QVERIFY(!holds(disk));
    }
    // One that was made to fit its place is found by the next.
    const std::string previous = textAt(*parseJson(lines[3]), "hash");
    const Json forged = {{"kind", "step"}, {"number", 1}, {"step", 1}, {"outcome", "notDone"}, {"seq", 4}};
    auto inserted = lines;
    inserted[4] = seal(forged, previous).line;
    disk->bytes = joined(inserted);
    const auto verdict = Console(disk).journal.verify();
    QVERIFY(verdict && !verdict->holds);
    QVERIFY(verdict->firstBroken > 0);
}

void TestJournal::aCutOffEndIsFound()
{
    const auto disk = smallJournal();
    const std::string whole = disk->bytes;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        disk->bytes = whole.substr(0, size);
        QVERIFY2(!holds(disk), qPrintable(QString::number(size)));
    }
}

void TestJournal::aJournalThatDoesNotHoldTakesNoMore()
{
    const auto disk = smallJournal();
    disk->bytes[disk->bytes.size() / 2] ^= 1;
    const std::string before = disk->bytes;
    Console console(disk);
    const auto begun = console.journal.begin(intentOf("x"));
    QVERIFY(!begun && begun.error().kind == Error::Kind::Storage);
    QCOMPARE(disk->bytes, before);
    const auto entries = console.journal.entries();
    QVERIFY(entries.has_value()); // what holds is still shown
    disk->bytes.clear();
    disk->anchor.clear();
    QVERIFY(console.journal.begin(intentOf("x")).has_value()); // a new one begins
}

void TestJournal::atEveryLengthOfATornTailNothingAcknowledgedIsLost()
{
    const auto disk = smallJournal();
    const std::string whole = disk->bytes;
    const std::string anchor = disk->anchor;
    Console writer(disk);
    QVERIFY(writer.journal.begin(intentOf("torn")).has_value());
    const std::string more = disk->bytes.substr(whole.size());
    for (std::size_t kept = 0; kept < more.size(); ++kept) {
        disk->bytes = whole + more.substr(0, kept);
        disk->anchor = anchor; // it moves on behind the record
        Console console(disk);
        QVERIFY(holds(disk));
        const auto entries = console.journal.entries();
        QCOMPARE(entries->size(), 2U);
        const auto next = console.journal.begin(intentOf("next"));
        QVERIFY(next.has_value());
        QCOMPARE(next->number, 3);
        QCOMPARE(console.journal.droppedTornTail(), kept > 0);
        QVERIFY(holds(disk));
    }
}

void TestJournal::aNewerVersionIsRefusedUntouched()
{
    const QTemporaryDir directory;
    const std::string path = directory.path().toStdString() + "/journal.jsonl";
    const std::string bytes = seal({{"kind", "journal"}, {"format", 2}, {"seq", 0}, {"more", true}}, "").line;
    QVERIFY(atomicWrite(path, bytes).has_value());
    const ManualClock clock;
    const auto journal = onDisk(directory, clock);
    const auto begun = journal->begin(intentOf("x"));
    QVERIFY(!begun && begun.error().kind == Error::Kind::InvalidInput);
    QVERIFY(!journal->entries().has_value());
    QVERIFY(!journal->verify().has_value());
    QCOMPARE(*readFile(path), bytes);
}

void TestJournal::secretsNeverReachIt()
{
    const auto disk = std::make_shared<JournalDisk>();
    Console console(disk);
    JournalEntry intent = intentOf("keys", 3);
    intent.steps[0].before = Json{{"primaryKey", "canary-1"}, {"displayName", "kept"}};
    intent.steps[0].after = Json{{"primaryKey", "canary-2"}, {"secondaryKey", "canary-3"}};
    intent.steps[1].before.reset();
    intent.steps[1].after = Json{{"secret", true}, {"value", "canary-4"}, {"displayName", "kept"}};
    intent.steps[2].before = Json{{"value", "plain"}, {"secret", false}};
    intent.steps[2].after = Json{{"credentials",
                                  {{"header", {{"api-key", {"canary-5"}}}},
                                   {"authorization", {{"scheme", "Bearer"}, {"parameter", "canary-6"}}}}},
                                 {"proxy", {{"url", "http://p"}, {"password", "canary-7"}}}};
    const auto begun = console.journal.begin(intent);
    QVERIFY(begun.has_value());
    QVERIFY(console.journal.attempt(1, 0, Json{{"clientSecret", "canary-8"}}, Json{{"key1", "canary-9"}})
                .has_value());
    QVERIFY2(disk->bytes.find("canary") == std::string::npos, disk->bytes.c_str());
    QVERIFY(disk->bytes.find("kept") != std::string::npos);
    QVERIFY(disk->bytes.find("plain") != std::string::npos);
    QVERIFY(holdsMark(*begun->steps[0].after));
    QVERIFY(!holdsMark(*begun->steps[2].before));
    // Two secrets that differ are seen to differ; one that stayed is seen to stay.
    QVERIFY((*begun->steps[0].before)["primaryKey"] != (*begun->steps[0].after)["primaryKey"]);
    std::optional<Json> same = Json{{"primaryKey", "canary"}};
    std::optional<Json> stays = same;
    withhold(same, stays);
    QVERIFY(same == stays);
}

void TestJournal::aFullDiskIsAnErrorAndLeavesTheJournalWhole()
{
    const QTemporaryDir directory;
    const ManualClock clock;
    writeApplied(*onDisk(directory, clock), "first");
    const std::string path = directory.path().toStdString() + "/journal.jsonl";
    const std::string whole = *readFile(path);
    // A limit on the size of files makes a write short and then fail, as a full disk does.
    std::signal(SIGXFSZ, SIG_IGN);
    struct rlimit old = {};
    QVERIFY(::getrlimit(RLIMIT_FSIZE, &old) == 0);
    int refused = 0;
    for (std::size_t more = 0; more < 4'000; more += 97) {
        struct rlimit tight = old;
        tight.rlim_cur = whole.size() + more;
        QVERIFY(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
        const auto journal = onDisk(directory, clock);
        const auto begun = journal->begin(intentOf("full"));
        QVERIFY(::setrlimit(RLIMIT_FSIZE, &old) == 0);
        if (begun)
            break;
        ++refused;
        QVERIFY(begun.error().kind == Error::Kind::Storage);
        QCOMPARE(*readFile(path), whole);
        QVERIFY(journal->verify()->holds);
    }
    QVERIFY2(refused > 5, qPrintable(QString::number(refused)));
    QVERIFY(onDisk(directory, clock)->begin(intentOf("space again")).has_value());
}

void TestJournal::twoProcessesTakeTurns()
{
    const QTemporaryDir directory;
    const ManualClock clock;
    constexpr int Each = 40;
    std::vector<std::thread> writers;
    std::atomic<int> written{0};
    for (int w = 0; w < 2; ++w)
        writers.emplace_back([&] {
            const auto journal = onDisk(directory, clock);
            for (int i = 0; i < Each; ++i) {
                const auto begun = journal->begin(intentOf("x", 1));
                if (begun && journal->settle(begun->number, 0, JournalStep::Outcome::Done) &&
                    journal->finish(begun->number, JournalEntry::Result::Applied, {}))
                    ++written;
            }
        });
    for (std::thread& writer : writers)
        writer.join();
    QCOMPARE(written.load(), 2 * Each);
    const auto journal = onDisk(directory, clock);
    QVERIFY(journal->verify()->holds);
    const auto entries = journal->entries();
    QCOMPARE(entries->size(), 2U * Each);
    std::int64_t number = 2 * Each;
    for (const JournalEntry& entry : *entries) {
        QCOMPARE(entry.number, number--); // from 1, without gaps
        QVERIFY(entry.result == JournalEntry::Result::Applied);
    }
}

void TestJournal::onlyOneAppliesAtATime()
{
    const QTemporaryDir directory;
    const ManualClock clock;
    const auto one = onDisk(directory, clock);
    const auto other = onDisk(directory, clock);
    auto held = one->tryHoldApply();
    QVERIFY(held && *held);
    QVERIFY(!*other->tryHoldApply());
    held->reset();
    QVERIFY(*other->tryHoldApply() != nullptr);
}

/// A child writes and says so after each acknowledgement; it is killed at a random moment.
void TestJournal::killedWritersLoseNothingAcknowledged()
{
    std::mt19937_64 random(gatehouse::test::seed());
    const QTemporaryDir directory;
    const SystemClock clock;
    const QByteArray wanted = qgetenv("GATEHOUSE_KILLS");
    const int rounds = wanted.isEmpty() ? 25 : wanted.toInt();
    std::int64_t acknowledged = 0;
    for (int round = 0; round < rounds; ++round) {
        int ends[2] = {};
        QVERIFY(::pipe(ends) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto journal = onDisk(directory, clock);
            for (;;) {
                const auto begun = journal->begin(intentOf("kill", 1));
                if (!begun || ::write(ends[1], &begun->number, sizeof begun->number) < 0)
                    ::_exit(1);
            }
        }
        ::close(ends[1]);
        // It is always in the middle of some record; which one is drawn.
        std::int64_t number = 0;
        for (std::uint64_t left = random() % 8 + 1; left > 0; --left)
            QVERIFY(::read(ends[0], &number, sizeof number) == sizeof number);
        ::kill(child, SIGKILL);
        acknowledged = number;
        while (::read(ends[0], &number, sizeof number) == sizeof number)
            acknowledged = number;
        ::close(ends[0]);
        int status = 0;
        QVERIFY(::waitpid(child, &status, 0) == child);
        QVERIFY(WIFSIGNALED(status));
        const auto journal = onDisk(directory, clock);
        const auto verdict = journal->verify();
        QVERIFY2(verdict && verdict->holds, verdict ? verdict->sentence.c_str() : "");
        QVERIFY(verdict->entries >= acknowledged);
        const auto entries = journal->entries();
        QCOMPARE(entries->front().number, static_cast<std::int64_t>(entries->size()));
    }
    qInfo("%d kills, %lld acknowledged entries, 0 lost", rounds, static_cast<long long>(acknowledged));
}

void TestJournal::filesAreForTheUserAlone()
{
    const QTemporaryDir directory;
    const ManualClock clock;
    writeApplied(*onDisk(directory, clock), "x");
    for (const char* name : {"/journal.jsonl", "/journal.anchor"}) {
        struct stat info = {};
        QVERIFY(::stat((directory.path().toStdString() + name).c_str(), &info) == 0);
        QCOMPARE(info.st_mode & 0777U, 0600U);
    }
}

GATEHOUSE_TEST_MAIN(TestJournal)
#include "tst_journal.moc"
