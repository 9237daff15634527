// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/store/ledgerbytes.h"

#include "core/base/json.h"

namespace gatehouse::cost {

namespace {

__extension__ using UInt128 = unsigned __int128;

void put(UInt128 value, std::string& out)
{
    while (value >= 0x80U) {
        out += static_cast<char>(static_cast<unsigned char>(value & 0x7FU) | 0x80U);
        value >>= 7U;
    }
    out += static_cast<char>(value);
}

/// Small numbers of either sign are short.
void putSigned(Int128 value, std::string& out)
{
    put(static_cast<UInt128>(value) << 1U ^ (value < 0 ? ~UInt128{0} : UInt128{0}), out);
}

/// Reads numbers one after the other; a bad one makes the rest bad.
class Bytes
{
public:
    explicit Bytes(std::string_view bytes)
        : m_rest(bytes)
    {}

    UInt128 number()
    {
        UInt128 value = 0;
        for (unsigned shift = 0; shift < 128; shift += 7) {
            if (m_rest.empty())
                break;
            const auto byte = static_cast<unsigned char>(m_rest.front());
            m_rest.remove_prefix(1);
            value |= static_cast<UInt128>(byte & 0x7FU) << shift;
            if ((byte & 0x80U) == 0)
                return value;
        }
        m_good = false;
        return 0;
    }
    Int128 wide()
    {
        const UInt128 value = number();
        return static_cast<Int128>(value >> 1U) ^ -static_cast<Int128>(value & 1U);
    }
    template <typename Int>
    Int integer()
    {
        const Int128 value = wide();
        m_good = m_good && value == static_cast<Int128>(static_cast<Int>(value));
        return static_cast<Int>(value);
    }
    template <typename Enum>
    Enum choice(Enum last)
    {
        const auto value = integer<std::uint8_t>();
        m_good = m_good && value <= static_cast<std::uint8_t>(last);
        return static_cast<Enum>(value);
    }
    std::string_view text()
    {
        const auto size = integer<std::uint32_t>();
        if (size > m_rest.size()) {
            m_good = false;
            return {};
        }
        const std::string_view value = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return value;
    }
    [[nodiscard]] bool done() const { return m_good && m_rest.empty(); }

private:
    std::string_view m_rest;
    bool m_good = true;
};

template <typename List>
void putAll(const List& list, std::string& out)
{
    for (const auto value : list)
        putSigned(value, out);
}

template <typename List>
void takeAll(List& list, Bytes& bytes)
{
    for (auto& value : list)
        value = bytes.integer<std::remove_reference_t<decltype(value)>>();
}

Day dayAt(std::int32_t number)
{
    return Day{std::chrono::days{number}};
}

} // namespace

void writeBooking(const Booking& booking, std::string& out)
{
    putSigned(static_cast<std::int64_t>(booking.id.size()), out);
    out += booking.id;
    putSigned(booking.time.sinceYearOne.count(), out);
    putSigned((booking.seen - booking.time).count(), out);
    putAll(booking.tags, out);
    putAll(booking.tokens, out);
    putSigned(static_cast<int>(booking.source), out);
    putSigned(booking.attempts, out);
    putSigned(booking.status, out);
    putSigned(booking.booked.time_since_epoch().count(), out);
    putSigned((booking.afterClose ? 1 : 0) + (booking.reversal ? 2 : 0), out);
    putSigned(static_cast<int>(booking.standing), out);
    putSigned(booking.cost, out);
}

std::optional<Booking> readBooking(std::string_view text)
{
    Bytes bytes(text);
    Booking booking;
    booking.id = bytes.text();
    booking.time.sinceYearOne = Ticks(bytes.integer<std::int64_t>());
    std::int64_t seen = 0;
    const bool inTime =
        !__builtin_add_overflow(booking.time.sinceYearOne.count(), bytes.integer<std::int64_t>(), &seen);
    booking.seen = {Ticks(seen)};
    takeAll(booking.tags, bytes);
    takeAll(booking.tokens, bytes);
    booking.source = bytes.choice(TokenSource::None);
    booking.attempts = bytes.integer<std::int32_t>();
    booking.status = bytes.integer<std::int32_t>();
    booking.booked = dayAt(bytes.integer<std::int32_t>());
    const auto flags = bytes.integer<std::uint8_t>();
    booking.afterClose = (flags & 1U) != 0;
    booking.reversal = (flags & 2U) != 0;
    booking.standing = bytes.choice(Standing::UnknownUsage);
    booking.cost = bytes.integer<Pico>();
    return bytes.done() && inTime && flags < 4 ? std::optional(std::move(booking)) : std::nullopt;
}

void writeCell(const Cell& cell, std::string& out)
{
    putSigned(cell.key.day, out);
    putAll(cell.key.tags, out);
    putSigned(static_cast<int>(cell.key.source), out);
    putSigned(static_cast<int>(cell.key.standing), out);
    putSigned(cell.key.afterClose ? 1 : 0, out);
    putSigned(cell.sum.requests, out);
    putSigned(cell.sum.failed, out);
    putSigned(cell.sum.attempts, out);
    putAll(cell.sum.tokens, out);
    putSigned(cell.sum.pico, out);
}

std::optional<Cell> readCell(std::string_view text)
{
    Bytes bytes(text);
    Cell cell;
    cell.key.day = bytes.integer<std::int32_t>();
    takeAll(cell.key.tags, bytes);
    cell.key.source = bytes.choice(TokenSource::None);
    cell.key.standing = bytes.choice(Standing::UnknownUsage);
    const auto flag = bytes.integer<std::uint8_t>();
    cell.key.afterClose = flag == 1;
    cell.sum.requests = bytes.integer<std::int64_t>();
    cell.sum.failed = bytes.integer<std::int64_t>();
    cell.sum.attempts = bytes.integer<std::int64_t>();
    takeAll(cell.sum.tokens, bytes);
    cell.sum.pico = bytes.wide();
    return bytes.done() && flag < 2 ? std::optional(cell) : std::nullopt;
}

std::string writeState(const LedgerState& state)
{
    Json closed = Json::object();
    for (const auto& [month, version] : state.closedVersions)
        closed[monthText(month)] = version;
    return dumpJson({{"zone", state.zone},
                     {"closedThrough", state.closedThrough ? monthText(*state.closedThrough) : std::string()},
                     {"priceVersion", state.priceVersion},
                     {"closedVersions", std::move(closed)},
                     {"prices", state.prices}});
}

std::optional<LedgerState> readState(std::string_view text)
{
    const Result<Json> json = parseJson(text, 64U << 20U);
    if (!json || !json->is_object() || !memberAt(*json, "closedVersions").is_object())
        return std::nullopt;
    LedgerState state;
    state.zone = textAt(*json, "zone");
    state.priceVersion = static_cast<int>(integerAt(*json, "priceVersion"));
    state.prices = textAt(*json, "prices");
    const std::string through = textAt(*json, "closedThrough");
    state.closedThrough = parseMonth(through);
    for (const auto& [name, version] : memberAt(*json, "closedVersions").items()) {
        const std::optional<Month> month = parseMonth(name);
        if (!month || !version.is_number_integer())
            return std::nullopt;
        state.closedVersions[*month] = version.get<int>();
    }
    return through.empty() || state.closedThrough ? std::optional(state) : std::nullopt;
}

std::string writeNumbers(const std::vector<std::uint64_t>& numbers)
{
    std::string bytes;
    bytes.reserve(numbers.size() * 8);
    for (const std::uint64_t number : numbers) {
        for (unsigned shift = 0; shift < 64; shift += 8)
            bytes += static_cast<char>(number >> shift & 0xFFU);
    }
    return bytes;
}

void readNumbers(std::string_view bytes, std::vector<std::uint64_t>& out)
{
    for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
        std::uint64_t number = 0;
        for (unsigned i = 0; i < 8; ++i)
            number |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
        out.push_back(number);
    }
}

} // namespace gatehouse::cost
