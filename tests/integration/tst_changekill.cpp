// SPDX-License-Identifier: GPL-3.0-or-later
// A process that applies a change of ten steps is killed with SIGKILL at random moments. What the service
// took is in a file of its own, so that the process that comes next can be held to it. GATEHOUSE_KILLS sets
// the number of rounds (default 20; 200 are the bar), SEED the moments.
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/base/files.h"
#include "core/journal/filestorage.h"
#include "tests/support/fakearm.h"
#include "tests/support/seed.h"
#endif

#include <QtCore/QTemporaryDir>

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::test;

namespace {

constexpr int Steps = 10;

std::string idOf(int step)
{
    return ApimService + "/backends/b" + std::to_string(step);
}

/// A console over a journal on disk.
struct Process
{
    Process(FakeHttp::Handler handler, const std::string& directory)
        : http(std::move(handler))
        , scheduler(clock)
        , authorized(http, tokens, clock)
        , arm(authorized, "https://arm.example", "arm")
        , journal(
              std::make_unique<journal::Journal>(std::make_unique<journal::FileStorage>(directory), clock),
              JournalStore::Where::Here)
        , engine(arm, journal, clock, scheduler, [] {
            return ChangeEngine::Who{"oid", "Anna Ek"};
        })
    {}
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    ManualScheduler scheduler;
    azure::AuthorizedClient authorized;
    azure::ArmClient arm;
    JournalStore journal;
    ChangeEngine engine;

    template <typename T>
    Result<T> wait(QFuture<Result<T>> future)
    {
        while (!future.isFinished() && scheduler.advanceToNext()) {
        }
        if (!future.isFinished())
            return fail(Error::Kind::Internal, "the future did not finish");
        return future.result();
    }
};

/// The service at the beginning of a round, and what it took since.
FakeArm serviceAfter(const std::string& log)
{
    FakeArm arm;
    for (int step = 0; step < Steps; ++step)
        arm.put(idOf(step), {{"url", "old"}});
    const auto taken = readFile(log);
    for (const char number : taken.value_or(std::string()))
        arm.put(idOf(number - '0'), {{"url", "new"}});
    return arm;
}

/// The life of the process that is killed; it says on the pipe when it begins to apply and
/// when the service has taken a step.
[[noreturn]] void applyUntilKilled(const std::string& directory, const std::string& log, int pipe)
{
    FakeArm arm = serviceAfter(log);
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    Process process(
        [&](const http::HttpRequest& request) {
            auto reply = arm.answer(request, 0);
            if (request.method == "PUT") {
                // It is taken from here on, with whatever becomes of the reply.
                const char number = request.url[request.url.find("/backends/b") + 11];
                if (::write(file, &number, 1) != 1 || ::write(pipe, "x", 1) != 1)
                    ::_exit(2);
            }
            return reply;
        },
        directory);
    ChangeSet set{"Ten", "CHG-9", {}};
    for (int step = 0; step < Steps; ++step)
        set.changes.push_back({idOf(step), "b", Json{{"url", "old"}}, Json{{"url", "new"}}, {}});
    const auto review = process.wait(process.engine.review(set, {}));
    if (!review || ::write(pipe, "x", 1) != 1)
        ::_exit(1);
    const auto done = process.wait(process.engine.apply(*review, {}));
    ::_exit(done && done->result == JournalEntry::Result::Applied ? 0 : 1);
}

} // namespace

class TestChangeKill : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatAKilledProcessLeftIsSettledByReading();

private:
    /// So long after the service has taken so many steps. Whether it was killed before its end.
    bool kill(const std::string& directory, const std::string& log, int steps,
              std::chrono::microseconds after);
    void checkWhatIsLeft(const std::string& directory, const std::string& log, bool forward);
};

bool TestChangeKill::kill(const std::string& directory, const std::string& log, int steps,
                          std::chrono::microseconds after)
{
    int ends[2] = {};
    if (::pipe(ends) != 0)
        return false;
    const pid_t child = ::fork();
    if (child == 0)
        applyUntilKilled(directory, log, ends[1]);
    ::close(ends[1]);
    char said = 0;
    bool up = true;
    for (int left = steps; up && left >= 0; --left)
        up = ::read(ends[0], &said, 1) == 1;
    std::this_thread::sleep_for(after);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(ends[0]);
    return up && WIFSIGNALED(status);
}

void TestChangeKill::checkWhatIsLeft(const std::string& directory, const std::string& log, bool forward)
{
    FakeArm arm = serviceAfter(log);
    Process next([&](const http::HttpRequest& request) { return arm.answer(request, 1); }, directory);
    const auto isWritten = [&](int step) { return textAt(*arm.get(idOf(step)), "url") == "new"; };
    const auto verdict = next.wait(next.journal.verify({}));
    QVERIFY2(verdict && verdict->holds, verdict ? verdict->sentence.c_str() : "");
    const auto open = next.wait(next.engine.unfinished({}));
    QVERIFY2(open, open ? "" : open.error().message.c_str());
    if (open->empty()) {
        for (int step = 1; step < Steps; ++step)
            QCOMPARE(isWritten(step), isWritten(0)); // before it began, or after its end
        return;
    }
    QCOMPARE(open->size(), 1U);
    const JournalEntry& entry = open->front();
    for (int step = 0; step < Steps; ++step)
        QVERIFY(entry.steps[static_cast<std::size_t>(step)].outcome ==
                (isWritten(step) ? JournalStep::Outcome::Done : JournalStep::Outcome::NotDone));
    const auto ended =
        next.wait(forward ? next.engine.resume(entry.number, {}) : next.engine.rollBack(entry.number, {}));
    QVERIFY2(ended, ended ? "" : ended.error().message.c_str());
    for (int step = 0; step < Steps; ++step)
        QCOMPARE(isWritten(step), forward);
    QVERIFY(next.wait(next.engine.unfinished({}))->empty());
    QCOMPARE(arm.lawless, 0);
}

void TestChangeKill::whatAKilledProcessLeftIsSettledByReading()
{
    std::mt19937_64 random(seed());
    const QTemporaryDir directory;
    const std::string data = directory.path().toStdString() + "/data";
    const QByteArray wanted = qgetenv("GATEHOUSE_KILLS");
    const int rounds = wanted.isEmpty() ? 20 : wanted.toInt();
    int killed = 0;
    int inTheMiddle = 0;
    for (int round = 0; round < rounds; ++round) {
        const std::string log = directory.path().toStdString() + "/taken-" + std::to_string(round);
        const bool hit = kill(data, log, static_cast<int>(random() % (Steps + 1)),
                              std::chrono::microseconds(random() % 10'000));
        killed += hit ? 1 : 0;
        const auto taken = readFile(log).value_or(std::string());
        inTheMiddle += !taken.empty() && taken.size() < Steps ? 1 : 0;
        checkWhatIsLeft(data, log, random() % 2 == 0);
        if (QTest::currentTestFailed())
            return;
    }
    qInfo("%d processes, %d killed before their end, %d of them between the first and the last write", rounds,
          killed, inTheMiddle);
    QVERIFY(killed > 0);
}

GATEHOUSE_TEST_MAIN(TestChangeKill)
#include "tst_changekill.moc"
