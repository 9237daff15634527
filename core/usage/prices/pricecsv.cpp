// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/prices/priceimport.h"

#include "core/base/csv.h"
#include "core/base/encoding.h"
#include "core/base/utf8.h"
#include "core/table/tabletext.h"
#include "core/usage/prices/names.h"

#include <algorithm>
#include <map>

namespace gatehouse::cost {

namespace {

constexpr std::size_t MaxCsvBytes = 4U << 20U;
enum Field : std::size_t { Model, Region, Way, Amount, UnitOf, CurrencyOf, Since, Fields };
constexpr std::array<std::string_view, Fields> Names = {"model", "region",   "direction", "price",
                                                        "unit",  "currency", "validFrom"};

/// The column of each field.
using Places = std::array<std::optional<std::size_t>, Fields>;

Result<Places> readHeader(const CsvRecord& header)
{
    Places places;
    for (std::size_t i = 0; i < header.fields.size(); ++i) {
        const auto known = std::find_if(Names.begin(), Names.end(), [&](std::string_view name) {
            return equalsIgnoreCase(name, header.fields[i]);
        });
        if (known == Names.end())
            return csvError(header.line,
                            "there is no column “" + toValidUtf8(header.fields[i]) +
                                "”. The columns are model, region, direction, price, unit, currency "
                                "and validFrom.");
        std::optional<std::size_t>& place = places[static_cast<std::size_t>(known - Names.begin())];
        if (place)
            return csvError(header.line, "the column “" + header.fields[i] + "” is there twice.");
        place = i;
    }
    for (std::size_t i = 0; i < Fields; ++i) {
        if (!places[i] && i != Region)
            return csvError(header.line, "the column “" + std::string(Names[i]) + "” is missing.");
    }
    return places;
}

/// One line; empty for a price of 0.
Result<std::optional<Price>> readPrice(const CsvRecord& record, const Places& places)
{
    const auto text = [&](Field field) {
        return places[field] ? withoutFormulaGuard(record.fields[*places[field]]) : std::string();
    };
    const auto wrong = [&](const std::string& what) { return csvError(record.line, what); };
    for (const std::string& field : record.fields) {
        if (!isValidUtf8(field) || field.size() > 256)
            return wrong("a text is not UTF-8, or is longer than 256 bytes.");
    }
    Price price;
    price.key = {modelName(text(Model)).text(), regionName(text(Region)), Direction::Input};
    if (price.key.model.empty())
        return wrong("the model is missing.");
    const std::optional<Direction> direction = directionFrom(text(Way));
    if (!direction)
        return wrong("“" + text(Way) + "” is no direction; it is input, cached input, output or embedding.");
    price.key.direction = *direction;
    const std::optional<Unit> unit = unitFrom(text(UnitOf));
    if (!unit)
        return wrong("“" + text(UnitOf) + "” is no unit of tokens; it is 1K or 1M.");
    price.unit = *unit;
    const Result<Currency> currency = Currency::parse(text(CurrencyOf));
    if (!currency)
        return wrong("“" + text(CurrencyOf) + "” is no currency.");
    price.currency = *currency;
    const std::optional<Day> since = parseDay(text(Since));
    if (!since)
        return wrong("“" + text(Since) + "” is no day; it is written like 2026-10-03.");
    price.since = *since;
    const Result<Pico> amount = parseAmount(text(Amount));
    if (!amount)
        return wrong(amount.error().message);
    if (*amount < 0)
        return wrong("a price cannot be negative.");
    price.amount = *amount;
    return *amount == 0 ? std::nullopt : std::optional(price);
}

} // namespace

Result<PriceImport> pricesFromCsv(std::string_view csv)
{
    if (csv.size() > MaxCsvBytes)
        return csvError(1, "the file is larger than 4 MB.");
    CsvReader reader(csv);
    std::optional<Places> places;
    PriceImport import;
    std::map<std::pair<PriceKey, Day>, int> lines;
    while (!reader.atEnd()) {
        const Result<CsvRecord> record = reader.next();
        if (!record)
            return fail(record.error());
        if (record->fields.front().starts_with("# as of "))
            import.asOf = parseDay(record->fields.front().substr(8));
        if (record->blank() || record->fields.front().starts_with('#'))
            continue;
        if (!places) {
            const Result<Places> header = readHeader(*record);
            if (!header)
                return fail(header.error());
            places = *header;
            continue;
        }
        const auto fields = static_cast<std::size_t>(std::count_if(
            places->begin(), places->end(), [](const auto& place) { return place.has_value(); }));
        if (record->fields.size() != fields)
            return csvError(record->line, "there are " + std::to_string(record->fields.size()) +
                                              " texts for " + std::to_string(fields) + " columns.");
        const Result<std::optional<Price>> price = readPrice(*record, *places);
        if (!price)
            return fail(price.error());
        if (!*price) {
            import.notTaken.push_back(
                {"line " + std::to_string(record->line), "a price of 0 says that it is not known"});
            continue;
        }
        const auto [first, isNew] = lines.emplace(std::pair((*price)->key, (*price)->since), record->line);
        if (!isNew)
            return csvError(record->line, "this price is there already for the same day, on line " +
                                              std::to_string(first->second) + ".");
        import.prices.push_back(**price);
    }
    if (!places)
        return csvError(1, "the file is empty.");
    return import;
}

std::string pricesToCsv(const std::vector<Price>& prices)
{
    std::string csv = "model,region,direction,price,unit,currency,validFrom\r\n";
    for (const Price& price : prices) {
        csv += csvCell(price.key.model, false) + "," + csvCell(price.key.region, false) + "," +
               std::string(toString(price.key.direction)) + "," + exactText(price.amount) + "," +
               std::string(toString(price.unit)) + "," + price.currency.text() + "," + dayText(price.since) +
               "\r\n";
    }
    return csv;
}

} // namespace gatehouse::cost
