// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "tests/support/seed.h"
#include "tests/unit/jobs/changeworld.h"
#endif

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::jobs::test;

namespace {

/// A process whose effects, on the journal and on the service, end at one of them: before it, after it, or,
/// in the journal, in the middle of a line.
class Mortal
{
public:
    static constexpr int Steps = 10;

    /// lifetime effects happen whole; the next one happens to this part of it: 0, 1, or between.
    Mortal(int lifetime, double part)
        : m_left(lifetime)
        , m_part(part)
        , m_set(manySteps(arm, Steps))
    {
        auto process = std::make_unique<FakeConsole>(
            [this](const http::HttpRequest& request) -> FakeHttp::Answer {
                if (request.method == "GET")
                    return dead() ? FakeHttp::Answer(networkFailure()) : arm.answer(request, 0);
                return effect([&] { return arm.answer(request, 0); });
            },
            disk);
        disk->beforeAppend = [this]() -> Status {
            if (m_left >= 0)
                m_anchor = disk->anchor; // it moves on behind the line
            if (m_left-- > 0)
                return {};
            if (m_left == -1 && m_part > 0)
                m_torn = true; // the line that is being written now, or a part of it
            if (m_torn && m_left == -1)
                return {};
            return fail(Error::Kind::Storage, "dead");
        };
        static_cast<void>(process->apply(m_set));
        survived = m_left >= 0;
        process.reset();
        disk->beforeAppend = {};
        disk->applying.reset();
        if (m_torn && m_part < 1) {
            const std::size_t line = disk->bytes.rfind('\n', disk->bytes.size() - 2) + 1;
            disk->bytes.resize(
                line + static_cast<std::size_t>(m_part * static_cast<double>(disk->bytes.size() - line)));
            disk->anchor = m_anchor;
        }
    }

    [[nodiscard]] bool isWritten(int step) const
    {
        return textAt(*arm.get(m_set.changes[static_cast<std::size_t>(step)].resourceId), "url") == "new";
    }

    FakeArm arm;
    std::shared_ptr<JournalDisk> disk = std::make_shared<JournalDisk>();
    bool survived = false;

private:
    [[nodiscard]] bool dead() const { return m_left < 0; }
    template <typename Effect>
    FakeHttp::Answer effect(Effect happen)
    {
        if (m_left-- > 0)
            return happen();
        if (m_left == -1 && m_part >= 1)
            static_cast<void>(happen()); // it arrived; nobody is there for the reply
        return networkFailure();
    }

    int m_left;
    double m_part;
    bool m_torn = false;
    std::string m_anchor;
    ChangeSet m_set;
};

} // namespace

/// A console that dies at any of its effects.
class TestChangeDeaths : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aKillAtAnyBoundaryIsSettledByReading();
};

/// Every boundary of a change of ten steps, and 200 random points within.
void TestChangeDeaths::aKillAtAnyBoundaryIsSettledByReading()
{
    std::mt19937_64 random(seed());
    std::vector<std::pair<int, double>> points;
    constexpr int Effects = 2 + 2 * Mortal::Steps + 1; // head, intent, write and outcome of each, end
    for (int lifetime = 0; lifetime < Effects; ++lifetime) {
        points.emplace_back(lifetime, 0.0);
        points.emplace_back(lifetime, 1.0);
    }
    for (int i = 0; i < 200; ++i)
        points.emplace_back(static_cast<int>(random() % Effects),
                            static_cast<double>(random() % 1000) / 1000);
    int open = 0;
    for (const auto& [lifetime, part] : points) {
        Mortal mortal(lifetime, part);
        QVERIFY(!mortal.survived || lifetime == Effects);
        const auto handler = [&](const http::HttpRequest& request) { return mortal.arm.answer(request, 0); };
        FakeConsole next(handler, mortal.disk);
        const auto found = next.wait(next.engine.unfinished({}));
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        const int writes = mortal.arm.writes;
        int written = 0;
        for (int step = 0; step < Mortal::Steps; ++step)
            written += mortal.isWritten(step) ? 1 : 0;
        if (found->empty()) {
            // Before its intent was whole nothing was sent; after its end everything was.
            QVERIFY(written == 0 || written == Mortal::Steps);
            continue;
        }
        ++open;
        QCOMPARE(found->size(), 1U);
        for (int step = 0; step < Mortal::Steps; ++step)
            QVERIFY(found->front().steps[static_cast<std::size_t>(step)].outcome ==
                    (mortal.isWritten(step) ? JournalStep::Outcome::Done : JournalStep::Outcome::NotDone));
        const bool forward = random() % 2 == 0;
        const auto ended = next.wait(forward ? next.engine.resume(1, {}) : next.engine.rollBack(1, {}));
        QVERIFY2(ended, ended ? "" : ended.error().message.c_str());
        for (int step = 0; step < Mortal::Steps; ++step)
            QCOMPARE(mortal.isWritten(step), forward);
        QCOMPARE(mortal.arm.writes - writes, forward ? Mortal::Steps - written : written);
        const auto entry = next.wait(next.journal.entry(1));
        QVERIFY(entry->result == (forward        ? JournalEntry::Result::Applied
                                  : written == 0 ? JournalEntry::Result::Failed
                                                 : JournalEntry::Result::Undone));
        QVERIFY(next.wait(next.engine.unfinished({}))->empty());
        QVERIFY(next.wait(next.journal.verify({}))->holds);
        QCOMPARE(mortal.arm.lawless, 0);
    }
    qInfo("%zu deaths, %d of them in the middle of the change", points.size(), open);
    QVERIFY(open > 150);
}

GATEHOUSE_TEST_MAIN(TestChangeDeaths)
#include "tst_changedeaths.moc"
