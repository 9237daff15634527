// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/ledger.h"

#include <algorithm>

namespace gatehouse::cost {

namespace {

constexpr std::size_t MaxTariffs = 200'000;
constexpr std::size_t MaxBookings = 4'000'000'000; ///< what 32 bits number

/// All that a row says, as opposed to when it was seen and where it was booked.
bool sameRow(const Booking& a, const Booking& b)
{
    return a.id == b.id && a.time == b.time && a.tags == b.tags && a.tokens == b.tokens &&
           a.source == b.source && a.attempts == b.attempts && a.status == b.status;
}

} // namespace

/// What a change will make of the ledger.
struct Ledger::Staged
{
    LedgerChange change;
    std::unordered_map<std::size_t, std::size_t> replacedAt; ///< number → place in change.replaced
    std::unordered_map<CellKey, Measures, CellKeyHash> deltas;
    std::unordered_map<std::string, std::size_t> fresh; ///< ids of added bookings → number
    struct Move
    {
        std::uint64_t print;
        std::uint32_t from;
        std::uint32_t to;
    };
    std::vector<std::pair<std::uint64_t, std::uint32_t>> inserts;
    std::vector<Move> moves;
    std::size_t base = 0; ///< the archive's size
    Folded folded;

    void count(const Booking& booking) { deltas[keyOf(booking)] += measuresOf(booking); }
    void discount(const Booking& booking) { deltas[keyOf(booking)] -= measuresOf(booking); }
    std::size_t add(const Booking& booking)
    {
        change.added.push_back(booking);
        count(booking);
        return base + change.added.size() - 1;
    }
    void replace(std::size_t number, const Booking& old, const Booking& fresh_)
    {
        discount(old);
        count(fresh_);
        if (number >= base) {
            change.added[number - base] = fresh_;
            return;
        }
        const auto [place, isNew] = replacedAt.try_emplace(number, change.replaced.size());
        if (isNew)
            change.replaced.emplace_back(number, fresh_);
        else
            change.replaced[place->second].second = fresh_;
    }
};

std::size_t Ledger::TariffKeyHash::operator()(const TariffKey& key) const
{
    std::uint64_t hash = (static_cast<std::uint64_t>(key.model) << 32U | key.region) * 0x9E3779B97F4A7C15U;
    hash ^= (static_cast<std::uint64_t>(key.backend) << 32U |
             static_cast<std::uint32_t>(key.day.time_since_epoch().count())) *
            0xD6E8FEB86659FD93U;
    return hash ^ hash >> 29U;
}

Ledger::Ledger(Archive& archive, Days days, PriceVersions prices)
    : m_archive(&archive)
    , m_days(std::move(days))
    , m_prices(std::move(prices))
{
    m_state.zone = m_days.zone();
    m_state.priceVersion = m_prices.newest().number;
    m_state.prices = m_prices.toJson();
}

Result<Ledger> Ledger::restore(Archive& archive, Days days, LedgerImage image)
{
    Result<PriceVersions> prices = PriceVersions::fromJson(image.state.prices);
    if (!prices)
        return fail(prices.error());
    Ledger ledger(archive, std::move(days), std::move(*prices));
    if (image.state.zone != ledger.m_days.zone() || image.fingerprints.size() != archive.size() ||
        ledger.m_prices.find(image.state.priceVersion) == nullptr)
        return fail(Error::Kind::InvalidInput, "The store of costs does not hold together.",
                    "Set the file aside; the ledger is made anew from the logs.");
    ledger.m_state = std::move(image.state);
    for (const std::string& text : image.texts)
        (void)ledger.m_texts.idOf(text);
    ledger.m_savedTexts = ledger.m_texts.size();
    ledger.m_cells = std::move(image.cells);
    ledger.m_cellOf.reserve(ledger.m_cells.size() * 2);
    for (std::size_t i = 0; i < ledger.m_cells.size(); ++i) {
        const TagIds& tags = ledger.m_cells[i].key.tags;
        if (std::any_of(tags.begin(), tags.end(), [&](TextId id) { return id >= ledger.m_texts.size(); }))
            return fail(Error::Kind::InvalidInput, "The store of costs does not hold together.");
        ledger.m_cellOf.emplace(ledger.m_cells[i].key, static_cast<std::uint32_t>(i));
    }
    ledger.m_ids.reserve(image.fingerprints.size());
    std::sort(image.withdrawn.begin(), image.withdrawn.end());
    for (std::size_t i = 0; i < image.fingerprints.size(); ++i) {
        const auto number = static_cast<std::uint32_t>(i);
        if (image.withdrawn.empty() ||
            !std::binary_search(image.withdrawn.begin(), image.withdrawn.end(), number))
            ledger.m_ids.insert(image.fingerprints[i], number);
    }
    return ledger;
}

void Ledger::price(Booking& booking)
{
    booking.cost = 0;
    if (booking.source == TokenSource::Unknown) {
        booking.standing = Standing::UnknownUsage;
        return;
    }
    const auto tag = [&](Tag which) { return booking.tags[static_cast<std::size_t>(which)]; };
    const TariffKey key{tag(Tag::Model), tag(Tag::Region), tag(Tag::Backend), m_days.dayOf(booking.time)};
    auto found = m_tariffs.find(key);
    if (found == m_tariffs.end()) {
        if (m_tariffs.size() >= MaxTariffs)
            m_tariffs.clear();
        const PriceBook& prices = m_prices.find(m_state.priceVersion)->book;
        found = m_tariffs
                    .emplace(key, tariffOf(prices, m_texts[key.model], m_texts[key.region],
                                           m_texts[key.backend], key.day))
                    .first;
    }
    const std::optional<Pico> cost = costOf(found->second, booking.tokens);
    booking.standing = cost ? Standing::Priced : Standing::Unpriced;
    booking.cost = cost.value_or(0);
}

Booking Ledger::book(const UsageRow& row)
{
    Booking booking;
    booking.id = row.id;
    booking.time = row.time;
    booking.seen = row.seen;
    booking.tags = {m_texts.idOf(row.service),     m_texts.idOf(row.model),       m_texts.idOf(row.backend),
                    m_texts.idOf(row.region),      m_texts.idOf(row.application), m_texts.idOf(row.feature),
                    m_texts.idOf(row.environment), m_texts.idOf(row.owner)};
    booking.tokens = row.tokens;
    booking.source = row.source;
    booking.attempts = row.attempts;
    booking.status = row.status;
    booking.booked = m_days.dayOf(row.time);
    if (closed(monthOf(booking.booked))) {
        booking.booked = dayAfter(*m_state.closedThrough);
        booking.afterClose = true;
    }
    price(booking);
    return booking;
}

Result<Booking> Ledger::current(std::size_t number, const Staged& staged)
{
    if (number >= staged.base)
        return staged.change.added[number - staged.base];
    const auto replaced = staged.replacedAt.find(number);
    if (replaced != staged.replacedAt.end())
        return staged.change.replaced[replaced->second].second;
    return m_archive->at(number);
}

Result<std::optional<std::size_t>> Ledger::findRow(const std::string& id, std::uint64_t print, Staged& staged)
{
    const auto fresh = staged.fresh.find(id);
    if (fresh != staged.fresh.end())
        return std::optional(fresh->second);
    std::optional<std::size_t> number;
    std::optional<Error> error;
    m_ids.find(print, [&](std::uint32_t candidate) {
        const Result<Booking> booking = m_archive->at(candidate);
        if (!booking)
            error = booking.error();
        else if (booking->id == id)
            number = candidate;
        return error || number;
    });
    if (error)
        return fail(*error);
    return number;
}

void Ledger::amend(std::size_t number, const Booking& old, Booking fresh, std::uint64_t print, Staged& staged)
{
    ++staged.folded.amended;
    staged.folded.afterClose += fresh.afterClose ? 1 : 0;
    if (!closed(monthOf(old.booked))) {
        staged.replace(number, old, fresh);
        return;
    }
    // A closed month keeps what it has; the difference is booked today.
    Booking reversal = old;
    reversal.reversal = true;
    reversal.afterClose = true;
    reversal.booked = dayAfter(*m_state.closedThrough);
    staged.change.withdrawn.push_back(number);
    staged.change.withdrawn.push_back(staged.add(reversal));
    const std::size_t now = staged.add(fresh);
    staged.fresh[fresh.id] = now;
    staged.moves.push_back({print, static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(now)});
}

Status Ledger::foldOne(const UsageRow& row, Staged& staged)
{
    Booking booking = book(row);
    const std::uint64_t print = fingerprint(row.id);
    const auto number = findRow(row.id, print, staged);
    if (!number)
        return fail(number.error());
    if (!*number) {
        const std::size_t now = staged.add(booking);
        staged.fresh.emplace(row.id, now);
        staged.inserts.emplace_back(print, static_cast<std::uint32_t>(now));
        ++staged.folded.added;
        staged.folded.afterClose += booking.afterClose ? 1 : 0;
        return {};
    }
    const Result<Booking> old = current(**number, staged);
    if (!old)
        return fail(old.error());
    if (sameRow(*old, booking) || booking.seen < old->seen) {
        ++staged.folded.duplicates;
        return {};
    }
    amend(**number, *old, std::move(booking), print, staged);
    return {};
}

Result<Folded> Ledger::fold(const std::vector<UsageRow>& rows)
{
    for (const UsageRow& row : rows) {
        if (const Status good = checkRow(row); !good)
            return fail(good.error());
    }
    Staged staged;
    staged.base = m_archive->size();
    if (staged.base + 2 * rows.size() > MaxBookings)
        return fail(Error::Kind::Storage, "The ledger is full.");
    staged.fresh.reserve(rows.size());
    staged.change.added.reserve(rows.size());
    for (const UsageRow& row : rows) {
        if (const Status done = foldOne(row, staged); !done)
            return fail(done.error());
    }
    if (const Status written = commit(staged); !written)
        return fail(written.error());
    return staged.folded;
}

Status Ledger::commit(Staged& staged)
{
    std::vector<Cell> news;
    for (const auto& [key, delta] : staged.deltas) {
        if (delta == Measures{})
            continue;
        const auto known = m_cellOf.find(key);
        if (known == m_cellOf.end()) {
            staged.change.cells.emplace_back(m_cells.size() + news.size(), Cell{key, delta});
            news.push_back({key, delta});
        } else {
            Cell cell = m_cells[known->second];
            cell.sum += delta;
            staged.change.cells.emplace_back(known->second, cell);
        }
    }
    for (std::size_t id = m_savedTexts; id < m_texts.size(); ++id)
        staged.change.texts.emplace_back(static_cast<TextId>(id), m_texts[static_cast<TextId>(id)]);
    if (const Status written = m_archive->write(staged.change); !written)
        return written;
    m_savedTexts = m_texts.size();
    for (const auto& [number, cell] : staged.change.cells) {
        if (number < m_cells.size()) {
            m_cells[number] = cell;
        } else {
            m_cellOf.emplace(cell.key, static_cast<std::uint32_t>(m_cells.size()));
            m_cells.push_back(cell);
        }
    }
    for (const auto& [print, number] : staged.inserts)
        m_ids.insert(print, number);
    for (const Staged::Move& move : staged.moves)
        m_ids.move(move.print, move.from, move.to);
    if (staged.change.state)
        m_state = *staged.change.state;
    return {};
}

Result<int> Ledger::addPrices(PriceBook book, DateTime made, std::string note)
{
    PriceVersions prices = m_prices;
    const Result<int> number = prices.add(std::move(book), made, std::move(note));
    if (!number)
        return number;
    Staged staged;
    staged.change.state = m_state;
    staged.change.state->prices = prices.toJson();
    if (const Status written = commit(staged); !written)
        return fail(written.error());
    m_prices = std::move(prices);
    return number;
}

Result<Repriced> Ledger::reprice(int version)
{
    if (m_prices.find(version) == nullptr)
        return fail(Error::Kind::NotFound, "There is no such version of the prices.");
    Repriced result{m_state.priceVersion, version, {}};
    std::map<std::string, Repriced::Line> lines;
    Staged staged;
    staged.base = m_archive->size();
    staged.change.state = m_state;
    staged.change.state->priceVersion = version;
    const int before = std::exchange(m_state.priceVersion, version);
    m_tariffs.clear();
    const Day from = m_state.closedThrough ? dayAfter(*m_state.closedThrough) : Day::min();
    Status done = m_archive->visit(from, [&](std::size_t number, const Booking& old) -> Status {
        if (old.reversal)
            return {};
        Booking fresh = old;
        price(fresh);
        if (fresh == old)
            return {};
        Repriced::Line& line = lines[m_texts[old.tags[static_cast<std::size_t>(Tag::Model)]]];
        line.before += old.cost;
        line.after += fresh.cost;
        line.nowUnpriced +=
            (fresh.standing == Standing::Unpriced ? 1 : 0) - (old.standing == Standing::Unpriced ? 1 : 0);
        staged.replace(number, old, fresh);
        return {};
    });
    if (done)
        done = commit(staged);
    if (!done) {
        m_state.priceVersion = before;
        m_tariffs.clear();
        return fail(done.error());
    }
    for (auto& [model, line] : lines) {
        line.model = model;
        result.lines.push_back(std::move(line));
    }
    return result;
}

Status Ledger::close(Month month)
{
    if (closed(month))
        return {};
    Staged staged;
    staged.change.state = m_state;
    // Every month until then, with calls or without: a reservation costs also where nobody called.
    Month first = month;
    for (const Cell& cell : m_cells)
        first = std::min(first, monthOf(Day(std::chrono::days(cell.key.day))));
    for (const Reservation& one : m_prices.find(m_state.priceVersion)->book.reservations())
        first = std::min(first, monthOf(one.since));
    if (m_state.closedThrough)
        first = *m_state.closedThrough + std::chrono::months{1};
    for (Month its = first; its <= month; its += std::chrono::months{1})
        staged.change.state->closedVersions.try_emplace(its, m_state.priceVersion);
    staged.change.state->closedThrough = month;
    return commit(staged);
}

const PriceVersion& Ledger::pricesOf(Month month) const
{
    const auto kept = m_state.closedVersions.find(month);
    return *m_prices.find(kept == m_state.closedVersions.end() ? m_state.priceVersion : kept->second);
}

Measures Ledger::total() const
{
    Measures sum;
    for (const Cell& cell : m_cells)
        sum += cell.sum;
    return sum;
}

} // namespace gatehouse::cost
