// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/cost/costbooks.h"

#include "core/base/files.h"
#include "core/http/deferred.h"
#include "core/usage/ledger/valuereader.h"

#include <algorithm>
#include <unordered_map>

namespace gatehouse::jobs {

namespace {

/// Visiting stops for this when enough was seen.
constexpr int VisitedBetweenChecks = 4'096;

cost::UsageRow rowOf(const cost::Booking& booking, const cost::Texts& texts)
{
    const auto text = [&](cost::Tag tag) { return texts[booking.tags[static_cast<std::size_t>(tag)]]; };
    cost::UsageRow row;
    row.id = booking.id;
    row.time = booking.time;
    row.seen = booking.seen;
    row.service = text(cost::Tag::Service);
    row.model = text(cost::Tag::Model);
    row.backend = text(cost::Tag::Backend);
    row.region = text(cost::Tag::Region);
    row.application = text(cost::Tag::Application);
    row.feature = text(cost::Tag::Feature);
    row.environment = text(cost::Tag::Environment);
    row.owner = text(cost::Tag::Owner);
    row.tokens = booking.tokens;
    row.source = booking.source;
    row.attempts = booking.attempts;
    row.status = booking.status;
    return row;
}

cost::RowKind kindOf(const cost::Booking& booking, bool isTest)
{
    if (isTest)
        return cost::RowKind::TestTraffic;
    if (booking.standing == cost::Standing::UnknownUsage)
        return cost::RowKind::UnknownUsage;
    if (booking.standing == cost::Standing::Unpriced)
        return cost::RowKind::Unpriced;
    return booking.afterClose ? cost::RowKind::AfterClose : cost::RowKind::Value;
}

/// Whether a booking counts under a question's filters, by the same rules as a grouping.
class BookingFilter
{
public:
    BookingFilter(const cost::Ledger& ledger, const cost::ServiceFacts& facts,
                  const std::vector<cost::CostFilter>& filters)
    {
        for (const cost::CostFilter& filter : filters)
            m_filters.emplace_back(cost::ValueReader(ledger, facts, filter.dimension), filter);
    }

    bool passes(const cost::Booking& booking)
    {
        return std::all_of(m_filters.begin(), m_filters.end(), [&](auto& pair) {
            const std::string& value = pair.first.read(booking.tags, booking.booked);
            if (pair.second.kind == cost::RowKind::Value)
                return pair.first.same(value, pair.second.value);
            cost::RowKind kind = kindOf(booking, pair.first.isTest(booking.tags));
            if (kind == cost::RowKind::Value && value.empty())
                kind = cost::RowKind::Unattributed;
            return kind == pair.second.kind;
        });
    }

private:
    std::vector<std::pair<cost::ValueReader, cost::CostFilter>> m_filters;
};

} // namespace

CostBooks::CostBooks(std::string path, cost::PriceVersions first)
    : m_path(std::move(path))
    , m_first(std::move(first))
{}

Status CostBooks::open()
{
    if (m_ledger)
        return {};
    const std::string folder = m_path.substr(0, m_path.rfind('/'));
    if (const Status made = makeDirectory(folder); !made)
        return made;
    const auto text = readFile(m_path + ".json");
    if (text) {
        auto notes = CostNotes::fromJson(*text);
        if (!notes)
            return fail(notes.error());
        m_notes = std::move(*notes);
    } else if (text.error().kind != Error::Kind::NotFound) {
        return fail(text.error());
    }
    Status loaded = load();
    if (loaded || loaded.error().serviceCode != "corrupt")
        return loaded;
    m_store.reset();
    if (const auto aside = setAside(m_path + ".sqlite"); !aside)
        return fail(aside.error());
    m_notes.readFrom.reset();
    m_notes.readTo.reset();
    return load();
}

Status CostBooks::load()
{
    m_ledger.reset();
    auto store = cost::LedgerStore::open(m_path + ".sqlite");
    if (!store)
        return fail(store.error());
    m_store = std::move(*store);
    const auto zone = m_store->zone();
    if (!zone)
        return fail(zone.error());
    // Azure's bill counts days in UTC, so a new ledger does.
    auto days = cost::Days::of(zone->empty() ? "UTC" : *zone);
    if (!days)
        return fail(days.error());
    auto ledger = m_store->load(*days, m_first);
    if (!ledger)
        return fail(ledger.error());
    m_ledger.emplace(std::move(*ledger));
    // Notes of a ledger that is gone say nothing of this one.
    if (m_ledger->cells().empty()) {
        m_notes.readFrom.reset();
        m_notes.readTo.reset();
    }
    ++m_generation;
    return {};
}

Status CostBooks::saveNotes()
{
    return atomicWrite(m_path + ".json", m_notes.toJson());
}

/// Tries again once with what another window wrote.
template <typename Change>
auto CostBooks::changeLedger(const Change& change)
{
    auto done = change(*m_ledger);
    if (!done && done.error().kind == Error::Kind::Conflict) {
        if (const Status loaded = load(); !loaded)
            done = fail(loaded.error());
        else
            done = change(*m_ledger);
    }
    if (done)
        ++m_generation;
    return done;
}

Result<cost::Folded> CostBooks::fold(const std::vector<cost::UsageRow>& rows, const TimeRange& read)
{
    Result<cost::Folded> folded = cost::Folded();
    if (!rows.empty()) {
        const std::int64_t before = m_generation;
        folded = changeLedger([&](cost::Ledger& ledger) { return ledger.fold(rows); });
        if (!folded)
            return folded;
        if (folded->added + folded->amended == 0 && m_generation == before + 1) // not loaded anew
            m_generation = before;
    }
    m_notes.readFrom = std::min(m_notes.readFrom.value_or(read.start), read.start);
    m_notes.readTo = std::max(m_notes.readTo.value_or(read.end), read.end);
    if (const Status saved = saveNotes(); !saved)
        return fail(saved.error());
    return folded;
}

Result<cost::Repriced> CostBooks::applyPrices(const PriceDraft& draft, const std::string& note, DateTime now)
{
    return changeLedger([&](cost::Ledger& ledger) -> Result<cost::Repriced> {
        if (ledger.prices().newest().number != draft.base) {
            Error error;
            error.kind = Error::Kind::Conflict;
            error.serviceCode = "newer prices";
            error.message = "The prices were changed meanwhile.";
            error.advice = "Nothing was written. Look at them as they are now, then import again.";
            return fail(error);
        }
        const auto number = ledger.addPrices(draft.book, now, note);
        return number ? ledger.reprice(*number) : Result<cost::Repriced>(fail(number.error()));
    });
}

Status CostBooks::close(cost::Month month)
{
    return changeLedger([&](cost::Ledger& ledger) { return ledger.close(month); });
}

Status CostBooks::change(const std::function<Status(CostNotes&)>& edit)
{
    CostNotes notes = m_notes;
    if (const Status done = edit(notes); !done)
        return done;
    std::swap(m_notes, notes);
    const Status saved = saveNotes();
    if (!saved)
        std::swap(m_notes, notes);
    return saved;
}

Result<std::vector<cost::UsageRow>> CostBooks::rows(const cost::DayRange& range, std::size_t most,
                                                    const std::stop_token& stop)
{
    std::vector<cost::UsageRow> rows;
    // Of a call that was amended after its month was closed only what holds now counts.
    std::unordered_map<std::string, std::size_t> places;
    int visited = 0;
    const Status read = m_store->visit(range.first, [&](std::size_t, const cost::Booking& booking) -> Status {
        if (++visited % VisitedBetweenChecks == 0 && stop.stop_requested())
            return fail(http::cancelledError());
        const cost::Day day = m_ledger->days().dayOf(booking.time);
        if (booking.reversal || day < range.first || day >= range.end || rows.size() >= most)
            return {};
        const auto [place, isNew] = places.try_emplace(booking.id, rows.size());
        if (isNew)
            rows.push_back(rowOf(booking, m_ledger->texts()));
        else if (rows[place->second].seen <= booking.seen)
            rows[place->second] = rowOf(booking, m_ledger->texts());
        return {};
    });
    if (!read)
        return fail(read.error());
    return rows;
}

Result<std::vector<BookedCall>> CostBooks::calls(const CostQuestion& question, std::size_t most,
                                                 const std::stop_token& stop)
{
    const cost::ServiceFacts facts = m_notes.facts();
    BookingFilter filter(*m_ledger, facts, question.filters);
    std::vector<BookedCall> calls;
    int visited = 0;
    const Status read =
        m_store->visit(question.range.first, [&](std::size_t, const cost::Booking& booking) -> Status {
            if (++visited % VisitedBetweenChecks == 0 && stop.stop_requested())
                return fail(http::cancelledError());
            const bool then = !question.moments || (booking.time >= question.moments->start &&
                                                    booking.time < question.moments->end);
            if (!then || booking.booked < question.range.first || booking.booked >= question.range.end ||
                !filter.passes(booking))
                return {};
            calls.push_back({rowOf(booking, m_ledger->texts()), booking.booked, booking.afterClose,
                             booking.reversal, booking.standing, booking.cost});
            return {};
        });
    if (!read)
        return fail(read.error());
    std::sort(calls.begin(), calls.end(), [](const BookedCall& a, const BookedCall& b) {
        return std::tie(a.row.time, a.row.id, a.reversal) < std::tie(b.row.time, b.row.id, b.reversal);
    });
    if (calls.size() > most)
        calls.resize(most);
    return calls;
}

} // namespace gatehouse::jobs
