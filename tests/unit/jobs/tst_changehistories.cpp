// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "tests/support/historychecker.h"
#include "tests/support/seed.h"
#include "tests/unit/jobs/changeworld.h"
#endif

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::jobs::test;

namespace {

/// Up to five consoles over one service whose requests are answered in any order.
class Crowd
{
public:
    explicit Crowd(std::mt19937_64& random)
        : m_random(random)
    {
        m_arm.put(Backend, {{"url", "u"}, {"title", "t"}, {"description", "d"}});
        m_arm.put(Quotas, policyOf(withRow(gateway::emptyQuotaFragment().text(), "checkout", 1, 1)));
        const std::size_t writers = 2 + random() % 4;
        for (std::size_t i = 0; i < writers; ++i)
            m_writers.push_back(std::make_unique<Writer>());
    }

    /// What is wrong; "" when nothing is.
    std::string run(int changes)
    {
        while (changes > 0 || anyUnderWay()) {
            const std::size_t index = m_random() % m_writers.size();
            Writer& writer = *m_writers[index];
            if (!writer.future.isFinished() && !writer.console.http.open.empty())
                answerOne(writer, static_cast<int>(index));
            else if (!writer.future.isFinished())
                static_cast<void>(writer.console.scheduler.advanceToNext());
            else if (writer.draft != SIZE_MAX)
                endDraft(writer);
            else if (changes-- > 0)
                begin(writer, static_cast<int>(index));
            if (++m_steps > 100'000)
                return "it does not end";
        }
        if (m_arm.lawless > 0)
            return "a write without its version";
        return checkHistory(m_arm, m_drafts);
    }

    int acknowledged = 0;
    int refused = 0;

private:
    struct Writer
    {
        FakeConsole console;
        QFuture<Result<JournalEntry>> future = http::settledFuture<JournalEntry>(JournalEntry());
        std::size_t draft = SIZE_MAX;
        std::map<std::string, std::optional<Json>> page; ///< as it was opened, perhaps long ago
    };

    [[nodiscard]] bool anyUnderWay() const
    {
        return std::any_of(m_writers.begin(), m_writers.end(),
                           [](const auto& writer) { return writer->draft != SIZE_MAX; });
    }

    void answerOne(Writer& writer, int index)
    {
        FakeHttp& http = writer.console.http;
        const http::HttpRequest request = http.requests[http.requests.size() - http.open.size()];
        Trouble trouble = Trouble::None;
        if (request.method != "GET" && m_random() % 3 == 0)
            trouble = static_cast<Trouble>(1 + m_random() % 9);
        http.answer(m_arm.answer(request, index, trouble));
    }

    void endDraft(Writer& writer)
    {
        const auto done = writer.future.result();
        Draft& draft = m_drafts[writer.draft];
        draft.acknowledged = done && done->result == JournalEntry::Result::Applied;
        draft.endCommit = m_arm.commits.size();
        acknowledged += draft.acknowledged ? 1 : 0;
        refused += draft.acknowledged ? 0 : 1;
        writer.draft = SIZE_MAX;
    }

    void begin(Writer& writer, int index)
    {
        const std::string& id = m_random() % 2 == 0 ? Backend : Quotas;
        if (!writer.page.contains(id) || m_random() % 3 > 0)
            writer.page[id] = m_arm.get(id); // the page is opened, or still open from before
        const std::optional<Json> base = writer.page[id];
        const std::optional<Json> wanted = edited(id, base);
        m_drafts.push_back({index, id, base, wanted, false, m_arm.commits.size(), SIZE_MAX});
        writer.draft = m_drafts.size() - 1;
        writer.console.clock.advance(std::chrono::seconds(m_random() % 20));
        Review review{setOf(id, base, wanted), {}, DateTime()}; // too old: it is read by apply
        review.changes.push_back({review.set.changes.front(), base, wanted, "", false, {}});
        writer.future = writer.console.engine.apply(review, {});
    }

    std::optional<Json> edited(const std::string& id, const std::optional<Json>& base)
    {
        const std::string value = "x" + std::to_string(++m_values);
        if (id == Quotas) {
            const char* service = m_random() % 2 == 0 ? "checkout" : "search";
            const bool tokens = m_random() % 2 == 0;
            return policyOf(
                withRow(textAt(*base, "value"), service, tokens ? m_values : 0, tokens ? 0 : m_values));
        }
        if (!base)
            return Json{{"url", value}};
        if (m_random() % 6 == 0)
            return std::nullopt;
        static constexpr const char* Members[] = {"url", "title", "description"};
        return with(*base, Members[m_random() % 3], value.c_str());
    }

    std::mt19937_64& m_random;
    FakeArm m_arm;
    std::vector<std::unique_ptr<Writer>> m_writers;
    std::vector<Draft> m_drafts;
    int m_values = 0;
    int m_steps = 0;
};

} // namespace

/// Many consoles at once.
class TestChangeHistories : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void randomHistoriesLoseNothing();
};

/// GATEHOUSE_HISTORIES sets their number; 5,000 are the bar of the long run.
void TestChangeHistories::randomHistoriesLoseNothing()
{
    const std::uint64_t first = seed();
    const QByteArray wanted = qgetenv("GATEHOUSE_HISTORIES");
    const int histories = wanted.isEmpty() ? 1'000 : wanted.toInt();
    int acknowledged = 0;
    int refused = 0;
    for (int history = 0; history < histories; ++history) {
        std::mt19937_64 random(first + static_cast<std::uint64_t>(history));
        Crowd crowd(random);
        const std::string wrong = crowd.run(8);
        QVERIFY2(wrong.empty(), (wrong + ", SEED=" + std::to_string(first + history)).c_str());
        acknowledged += crowd.acknowledged;
        refused += crowd.refused;
    }
    qInfo("%d histories: %d changes acknowledged, %d refused", histories, acknowledged, refused);
    QVERIFY(histories < 100 || (acknowledged > histories && refused > histories / 10));
}

GATEHOUSE_TEST_MAIN(TestChangeHistories)
#include "tst_changehistories.moc"
