// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/prices/priceversions.h"

#include "core/base/json.h"
#include "core/usage/prices/priceimport.h"

namespace gatehouse::cost {

namespace {

constexpr int Format = 1;

tl::unexpected<Error> noVersions(const std::string& what)
{
    return fail(Error::Kind::InvalidInput, "The price book cannot be read: " + what + ".");
}

template <typename Term>
void writeTerm(const Term& term, Json& json)
{
    json["since"] = dayText(term.since);
    if (term.until)
        json["until"] = dayText(*term.until);
}

Json writeBook(const PriceBook& book)
{
    Json json = {{"home", book.home().text()}, {"prices", pricesToCsv(book.prices())}};
    for (const Rate& rate : book.rates().all())
        json["rates"].push_back({{"from", rate.from.text()},
                                 {"to", rate.to.text()},
                                 {"since", dayText(rate.since)},
                                 {"value", exactText(rate.value)}});
    for (const Discount& discount : book.discounts()) {
        Json one = {
            {"model", discount.model}, {"region", discount.region}, {"millionths", discount.millionths}};
        writeTerm(discount, one);
        json["discounts"].push_back(std::move(one));
    }
    const auto write = [&](const char* list, const auto& term, const std::string& backend) {
        Json one = {
            {"name", term.name}, {"monthly", exactText(term.monthly)}, {"currency", term.currency.text()}};
        if (!backend.empty())
            one["backend"] = backend;
        writeTerm(term, one);
        json[list].push_back(std::move(one));
    };
    for (const Reservation& one : book.reservations())
        write("reservations", one, one.backend);
    for (const RunningCost& one : book.runningCosts())
        write("runningCosts", one, {});
    return json;
}

/// Reads what a book is made of; the first thing that is wrong is remembered and ends it.
class BookReader
{
public:
    explicit BookReader(const Json& json)
        : m_json(json)
    {}

    Result<PriceBook> read()
    {
        Result<PriceBook> book = PriceBook(currency(m_json, "home"));
        const Result<PriceImport> prices = pricesFromCsv(textAt(m_json, "prices"));
        if (!prices)
            return fail(prices.error());
        book = book->withRates(rates());
        if (book)
            book = book->with(prices->prices);
        if (book)
            book = book->withDiscounts(discounts());
        if (book)
            book = book->withReservations(reservations());
        if (book)
            book = book->withRunningCosts(runningCosts());
        if (!m_wrong.empty())
            return noVersions(m_wrong);
        return book;
    }

private:
    Currency currency(const Json& json, const char* name)
    {
        const Result<Currency> read = Currency::parse(textAt(json, name));
        if (!read)
            m_wrong = "a currency is none";
        return read ? *read : Currency();
    }
    Day day(const Json& json, const char* name)
    {
        const std::optional<Day> read = parseDay(textAt(json, name));
        if (!read)
            m_wrong = "a day is none";
        return read.value_or(Day{});
    }
    Pico amount(const Json& json, const char* name)
    {
        const Result<Pico> read = parseAmount(textAt(json, name));
        if (!read)
            m_wrong = "an amount is none";
        return read ? *read : 0;
    }
    template <typename Term>
    void term(const Json& json, Term& out)
    {
        out.since = day(json, "since");
        if (json.is_object() && json.contains("until"))
            out.until = day(json, "until");
    }

    std::vector<Rate> rates()
    {
        std::vector<Rate> list;
        for (const Json& one : memberAt(m_json, "rates"))
            list.push_back(
                {currency(one, "from"), currency(one, "to"), day(one, "since"), amount(one, "value")});
        return list;
    }
    std::vector<Discount> discounts()
    {
        std::vector<Discount> list;
        for (const Json& one : memberAt(m_json, "discounts")) {
            Discount discount{
                textAt(one, "model"), textAt(one, "region"), integerAt(one, "millionths", -1), {}, {}};
            term(one, discount);
            list.push_back(std::move(discount));
        }
        return list;
    }
    std::vector<Reservation> reservations()
    {
        std::vector<Reservation> list;
        for (const Json& one : memberAt(m_json, "reservations")) {
            Reservation reservation{textAt(one, "name"),
                                    textAt(one, "backend"),
                                    amount(one, "monthly"),
                                    currency(one, "currency"),
                                    {},
                                    {}};
            term(one, reservation);
            list.push_back(std::move(reservation));
        }
        return list;
    }
    std::vector<RunningCost> runningCosts()
    {
        std::vector<RunningCost> list;
        for (const Json& one : memberAt(m_json, "runningCosts")) {
            RunningCost cost{textAt(one, "name"), amount(one, "monthly"), currency(one, "currency"), {}, {}};
            term(one, cost);
            list.push_back(std::move(cost));
        }
        return list;
    }

    const Json& m_json;
    std::string m_wrong;
};

} // namespace

PriceVersions::PriceVersions(PriceBook first, DateTime made, std::string note)
{
    m_all.push_back({1, made, std::move(note), std::move(first)});
}

Result<int> PriceVersions::add(PriceBook book, DateTime made, std::string note)
{
    if (book.home() != newest().book.home())
        return fail(Error::Kind::InvalidInput, "The ledger is kept in " + newest().book.home().text() +
                                                   "; another currency needs a ledger of its own.");
    if (book == newest().book)
        return newest().number;
    m_all.push_back({newest().number + 1, made, std::move(note), std::move(book)});
    return newest().number;
}

const PriceVersion* PriceVersions::find(int number) const
{
    const bool known = number >= 1 && static_cast<std::size_t>(number) <= m_all.size();
    return known ? &m_all[static_cast<std::size_t>(number) - 1] : nullptr;
}

std::string PriceVersions::toJson() const
{
    Json versions = Json::array();
    for (const PriceVersion& version : m_all)
        versions.push_back({{"number", version.number},
                            {"made", formatDateTime(version.made)},
                            {"note", version.note},
                            {"book", writeBook(version.book)}});
    return dumpJson({{"format", Format}, {"versions", std::move(versions)}});
}

Result<PriceVersions> PriceVersions::fromJson(std::string_view text)
{
    const Result<Json> json = parseJson(text, 64U << 20U);
    if (!json || !json->is_object() || integerAt(*json, "format") != Format)
        return noVersions("it is no price book of this version of Gatehouse");
    std::optional<PriceVersions> versions;
    for (const Json& one : memberAt(*json, "versions")) {
        Result<PriceBook> book = BookReader(memberAt(one, "book")).read();
        const std::optional<DateTime> made = parseDateTime(textAt(one, "made"));
        if (!book || !made)
            return book ? noVersions("a version has no date") : tl::unexpected<Error>(book.error());
        PriceVersion version{0, *made, textAt(one, "note"), std::move(*book)};
        if (!versions)
            versions = PriceVersions(std::move(version.book), version.made, version.note);
        else
            versions->m_all.push_back(
                {versions->newest().number + 1, version.made, version.note, std::move(version.book)});
        if (versions->newest().number != integerAt(one, "number"))
            return noVersions("a version is missing");
    }
    return versions ? Result<PriceVersions>(*versions) : noVersions("it is empty");
}

} // namespace gatehouse::cost
