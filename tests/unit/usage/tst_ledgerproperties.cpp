// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/seed.h"
#include "tests/support/testmain.h"
#include "tests/unit/usage/ledgerdraw.h"

#include <numeric>
#include <set>

using namespace gatehouse;
using namespace gatehouse::cost;
using namespace gatehouse::test;

namespace {

/// Each commit runs a share; LONG=1 runs all.
int cases(int all)
{
    return qEnvironmentVariableIsSet("LONG") ? all : all / 20;
}

Int128 sumOf(const std::vector<Int128>& values)
{
    return std::accumulate(values.begin(), values.end(), Int128{0});
}

Measures sumOf(const std::vector<Booking>& bookings)
{
    Measures sum;
    for (const Booking& booking : bookings)
        sum += measuresOf(booking);
    return sum;
}

/// The amounts of the newest versions, each worked out by itself.
Int128 expected(const std::map<std::string, UsageRow>& rows, const PriceBook& book)
{
    Int128 sum = 0;
    for (const auto& [id, row] : rows) {
        if (row.source != TokenSource::Unknown)
            sum += costOf(tariffOf(book, row.model, row.region, row.backend, utcDay(row.time)), row.tokens)
                       .value_or(0);
    }
    return sum;
}

/// A random ledger with its books, and what it must hold.
struct Drawn
{
    MemoryArchive archive;
    PriceBook book;
    Ledger ledger;
    std::map<std::string, UsageRow> rows; ///< newest version by id

    explicit Drawn(Random& random)
        : book(drawBook(random))
        , ledger(archive, {}, PriceVersions(book))
    {}
    bool fold(Random& random)
    {
        std::vector<UsageRow> batch(random() % 12);
        for (UsageRow& row : batch) {
            row = drawRow(random, 20);
            const auto [known, isNew] = rows.try_emplace(row.id, row);
            if (!isNew && row.seen >= known->second.seen)
                known->second = row;
        }
        const auto folded = ledger.fold(batch);
        return folded && folded->added + folded->duplicates + folded->amended == batch.size();
    }
};

bool partsEqualTheWhole(const Ledger& ledger, const Measures& total, const CostQuestion& question)
{
    const Grouping grouping = group(ledger, someFacts(), question);
    Measures now;
    Measures before;
    for (const CostRow& row : grouping.rows) {
        now += row.now;
        before += row.before;
        if (sumOf(row.pico) != row.now.pico)
            return false;
    }
    if (!(now == grouping.now) || !(before == grouping.before))
        return false;
    const Measures all = question.filters.empty() ? total : now;
    const ShownGrouping shown = shownOf(grouping, 2);
    bool rowsHold = true;
    for (std::size_t i = 0; i < shown.rows.size(); ++i)
        rowsHold = rowsHold && sumOf(shown.buckets[i]) == shown.rows[i];
    return rowsHold && sumOf(shown.rows) == shown.total && sumOf(shown.bucketTotals) == shown.total &&
           now.requests == all.requests && now.tokens == all.tokens && now.failed == all.failed;
}

} // namespace

class TestLedgerProperties : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void randomLedgersHold();
};

/// In 100,000 ledgers: parts equal the whole in every grouping, as stored and as shown; no row is dropped;
/// what is closed stays; repricing forth and back is the identity.
void TestLedgerProperties::randomLedgersHold()
{
    Random random(seed());
    const DayRange all{day("2026-06-01"), day("2026-09-01")};
    const int count = cases(100'000);
    for (int i = 0; i < count; ++i) {
        Drawn drawn(random);
        for (int batch = static_cast<int>(random() % 4); batch >= 0; --batch)
            QVERIFY2(drawn.fold(random), "a row has no fate");
        QVERIFY2(drawn.ledger.total().pico == expected(drawn.rows, drawn.book),
                 "an amount is not its tokens' price");

        std::vector<Cell> frozen;
        std::optional<Month> closed;
        if (random() % 2 == 0) {
            closed = *parseMonth(random() % 2 == 0 ? "2026-06" : "2026-07");
            QVERIFY(drawn.ledger.close(*closed));
            frozen = cellsOf(drawn.ledger, closed);
            QVERIFY(drawn.fold(random));
        }
        const Measures total = drawn.ledger.total();
        QVERIFY2(total == sumOf(drawn.archive.all()), "the cells are not the sum of the bookings");
        QVERIFY2(total.requests == static_cast<std::int64_t>(drawn.rows.size()),
                 "a row is dropped or doubled");

        CostQuestion question{static_cast<CostDimension>(random() % 10),
                              all,
                              periodBefore(all),
                              static_cast<Step>(random() % 3),
                              {}};
        if (random() % 3 == 0)
            question.filters = {{static_cast<CostDimension>(random() % 10),
                                 random() % 2 == 0 ? "gpt-4o" : "checkout",
                                 random() % 2 == 0 ? RowKind::Value : static_cast<RowKind>(random() % 6)}};
        QVERIFY2(partsEqualTheWhole(drawn.ledger, total, question), "parts are not the whole");

        const std::vector<Cell> before = cellsOf(drawn.ledger);
        const std::vector<Booking> bookings = drawn.archive.all();
        const auto version = drawn.ledger.addPrices(drawBook(random), {}, "another");
        QVERIFY(version && drawn.ledger.reprice(*version));
        QVERIFY2(drawn.ledger.total() == sumOf(drawn.archive.all()), "repriced cells are not their bookings");
        if (closed)
            QVERIFY2(cellsOf(drawn.ledger, closed) == frozen, "a closed month changed");
        QVERIFY(drawn.ledger.reprice(1));
        QVERIFY2(cellsOf(drawn.ledger) == before && drawn.archive.all() == bookings,
                 "forth and back is not the same");
    }
    qInfo("%d ledgers", count);
}

GATEHOUSE_TEST_MAIN(TestLedgerProperties)
#include "tst_ledgerproperties.moc"
