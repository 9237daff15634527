// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/pricerecords.h"

#include "ui/models/cells.h"
#include "ui/models/format.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <map>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

class PriceWords
{
    Q_DECLARE_TR_FUNCTIONS(PriceRecords)
};

double unitsOf(cost::Int128 pico)
{
    return static_cast<double>(pico) / static_cast<double>(cost::PicoPerUnit);
}

Cell moneyCell(cost::Pico amount)
{
    const QString exact = fromText(cost::exactText(amount));
    return {unitsOf(amount), fromText(cost::exactText(amount, 2)), exact, {}};
}

QString regionName(const std::string& region)
{
    return region.empty() ? PriceWords::tr("every region") : fromText(region);
}

QString modelName(const std::string& model)
{
    return model.empty() ? PriceWords::tr("every model") : fromText(model);
}

enum class Standing { InForce, Later, Over };

Cell standingCell(Standing standing, const Tokens& tokens)
{
    switch (standing) {
    case Standing::InForce:
        return {PriceWords::tr("In force"), PriceWords::tr("● In force"), PriceWords::tr("In force"),
                tokens.good};
    case Standing::Later:
        return {PriceWords::tr("Later"), PriceWords::tr("○ Later"), PriceWords::tr("Not yet in force"), {}};
    case Standing::Over:
        break;
    }
    return {PriceWords::tr("Over"), PriceWords::tr("– Over"),
            PriceWords::tr("Replaced by a later one, or ended"), tokens.muted};
}

Standing standingOf(cost::Day since, const std::optional<cost::Day>& until, cost::Day today)
{
    if (today < since)
        return Standing::Later;
    return until && *until <= today ? Standing::Over : Standing::InForce;
}

Record termRecord(const QString& key, const QString& kind, const QString& of, const QString& amount,
                  double raw, const std::string& currency, cost::Day since,
                  const std::optional<cost::Day>& until, cost::Day today, const Tokens& tokens)
{
    Record record;
    record.key = key;
    record.cells = {textCell(kind),
                    textCell(of),
                    {raw, amount, amount, {}},
                    textCell(currency),
                    textCell(cost::dayText(since)),
                    textCell(until ? fromText(cost::dayText(*until)) : QString()),
                    standingCell(standingOf(since, until, today), tokens)};
    return record;
}

} // namespace

std::vector<ColumnSpec> unpricedColumns()
{
    return {{PriceWords::tr("Model without a price"), u"model"_s, false, 220, {}},
            {PriceWords::tr("Region"), u"region"_s, false, 120, {}},
            {PriceWords::tr("Calls"), u"calls"_s, true, 96, {}},
            {PriceWords::tr("Input tokens"), u"input_tokens"_s, true, 110, {}},
            {PriceWords::tr("Output tokens"), u"output_tokens"_s, true, 110, {}},
            {PriceWords::tr("Embedding"), u"embedding_tokens"_s, true, 110, {}}};
}

std::vector<Record> unpricedRecords(const jobs::CostView& view)
{
    std::vector<Record> records;
    for (const jobs::UnpricedModel& one : view.unpriced) {
        const auto tokens = [&](cost::Direction direction) {
            return one.tokens[static_cast<std::size_t>(direction)];
        };
        Record record;
        record.key = fromText(one.model + "\n" + one.region);
        const QString name = one.model.empty() ? PriceWords::tr("not said by the log") : fromText(one.model);
        record.cells = {{name, u"▲ "_s + name, name, {}},
                        textCell(one.region),
                        countCell(one.calls),
                        countCell(tokens(cost::Direction::Input) + tokens(cost::Direction::CachedInput)),
                        countCell(tokens(cost::Direction::Output)),
                        countCell(tokens(cost::Direction::Embedding))};
        records.push_back(std::move(record));
    }
    return records;
}

std::vector<ColumnSpec> priceColumns()
{
    return {{PriceWords::tr("Model"), u"model"_s, false, 200, {}},
            {PriceWords::tr("Region"), u"region"_s, false, 120, {}},
            {PriceWords::tr("Direction"), u"direction"_s, false, 110, {}},
            {PriceWords::tr("Price"), u"price"_s, true, 96, {}},
            {PriceWords::tr("Currency"), u"currency"_s, false, 80, {}},
            {PriceWords::tr("Per"), u"unit"_s, false, 96, PriceWords::tr("How many tokens the price is for")},
            {PriceWords::tr("Valid from"), u"validFrom"_s, false, 104, {}},
            {PriceWords::tr("State"), u"state"_s, false, 100, {}}};
}

QString keyOf(const cost::Price& price)
{
    return fromText(price.key.model + "\n" + price.key.region + "\n" +
                    std::string(cost::toString(price.key.direction)) + "\n" + cost::dayText(price.since));
}

std::vector<Record> priceRecords(const cost::PriceBook& book, cost::Day today, const Tokens& tokens)
{
    const std::vector<cost::Price> prices = book.prices();
    // The newest that has begun is the one in force.
    std::map<cost::PriceKey, cost::Day> inForce;
    for (const cost::Price& price : prices) {
        if (price.since > today)
            continue;
        cost::Day& since = inForce.try_emplace(price.key, price.since).first->second;
        since = std::max(since, price.since);
    }
    std::vector<Record> records;
    for (const cost::Price& price : prices) {
        const Standing standing = price.since > today                    ? Standing::Later
                                  : inForce.at(price.key) == price.since ? Standing::InForce
                                                                         : Standing::Over;
        const bool million = price.unit == cost::Unit::Million;
        Record record;
        record.key = keyOf(price);
        record.cells = {textCell(price.key.model),
                        textCell(regionName(price.key.region)),
                        textCell(std::string(cost::toString(price.key.direction))),
                        moneyCell(price.amount),
                        textCell(price.currency.text()),
                        textCell(million ? PriceWords::tr("1M tokens") : PriceWords::tr("1K tokens")),
                        textCell(cost::dayText(price.since)),
                        standingCell(standing, tokens)};
        records.push_back(std::move(record));
    }
    return records;
}

std::vector<ColumnSpec> termColumns()
{
    return {{PriceWords::tr("Kind"), u"kind"_s, false, 130, {}},
            {PriceWords::tr("Of"), u"of"_s, false, 240, {}},
            {PriceWords::tr("Amount"), u"amount"_s, true, 110, {}},
            {PriceWords::tr("Currency"), u"currency"_s, false, 80, {}},
            {PriceWords::tr("Valid from"), u"validFrom"_s, false, 104, {}},
            {PriceWords::tr("Until"), u"until"_s, false, 104, PriceWords::tr("The first day without it")},
            {PriceWords::tr("State"), u"state"_s, false, 100, {}}};
}

std::vector<Record> termRecords(const cost::PriceBook& book, cost::Day today, const Tokens& tokens)
{
    std::vector<Record> records;
    int number = 0;
    for (const cost::Discount& one : book.discounts()) {
        const double percent = static_cast<double>(one.millionths) / 10'000;
        records.push_back(termRecord(u"discount:%1"_s.arg(number++), PriceWords::tr("Discount"),
                                     modelName(one.model) + u", "_s + regionName(one.region),
                                     QString::number(percent) + u" %"_s, percent, {}, one.since, one.until,
                                     today, tokens));
    }
    number = 0;
    for (const cost::Reservation& one : book.reservations())
        records.push_back(
            termRecord(u"reservation:%1"_s.arg(number++), PriceWords::tr("Reservation (PTU)"),
                       PriceWords::tr("%1, serves %2").arg(fromText(one.name), fromText(one.backend)),
                       PriceWords::tr("%1 a month").arg(fromText(cost::exactText(one.monthly, 2))),
                       unitsOf(one.monthly), one.currency.text(), one.since, one.until, today, tokens));
    number = 0;
    for (const cost::RunningCost& one : book.runningCosts())
        records.push_back(
            termRecord(u"running:%1"_s.arg(number++), PriceWords::tr("Infrastructure"), fromText(one.name),
                       PriceWords::tr("%1 a month").arg(fromText(cost::exactText(one.monthly, 2))),
                       unitsOf(one.monthly), one.currency.text(), one.since, one.until, today, tokens));
    number = 0;
    for (const cost::Rate& one : book.rates().all())
        records.push_back(
            termRecord(u"rate:%1"_s.arg(number++), PriceWords::tr("Rate"),
                       PriceWords::tr("1 %1 in %2").arg(fromText(one.from.text()), fromText(one.to.text())),
                       fromText(cost::exactText(one.value)), unitsOf(one.value), one.to.text(), one.since, {},
                       today, tokens));
    return records;
}

Result<cost::PriceBook> withoutTerm(const cost::PriceBook& book, const QString& key)
{
    const QString kind = key.section(u':', 0, 0);
    bool isNumber = false;
    const auto place = key.section(u':', 1).toULongLong(&isNumber);
    const auto without = [&](auto all) {
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(place));
        return all;
    };
    if (isNumber && kind == u"discount"_s && place < book.discounts().size())
        return book.withDiscounts(without(book.discounts()));
    if (isNumber && kind == u"reservation"_s && place < book.reservations().size())
        return book.withReservations(without(book.reservations()));
    if (isNumber && kind == u"running"_s && place < book.runningCosts().size())
        return book.withRunningCosts(without(book.runningCosts()));
    return fail(Error::Kind::NotFound, PriceWords::tr("This cannot be removed.").toStdString(),
                PriceWords::tr("Prices stand on the rates of their currencies.").toStdString());
}

std::vector<ColumnSpec> versionColumns()
{
    return {{PriceWords::tr("Version"), u"version"_s, true, 80, {}},
            {PriceWords::tr("Made"), u"made"_s, false, 150, {}},
            {PriceWords::tr("Note"), u"note"_s, false, 320, {}},
            {PriceWords::tr("Prices"), u"prices"_s, true, 80, {}},
            {PriceWords::tr("State"), u"state"_s, false, 160, {}}};
}

std::vector<Record> versionRecords(const jobs::CostPrices& prices, const Tokens& tokens)
{
    std::vector<Record> records;
    for (const cost::PriceVersion& version : prices.versions->all()) {
        const bool inForce = version.number == prices.inForce;
        const QString made = version.made == DateTime{} ? PriceWords::tr("with Gatehouse")
                                                        : fromText(cost::dayText(cost::utcDay(version.made)));
        Record record;
        record.key = QString::number(version.number);
        record.cells = {countCell(version.number),
                        textCell(made),
                        textCell(version.note),
                        countCell(static_cast<std::int64_t>(version.book.prices().size())),
                        {inForce ? PriceWords::tr("In force") : PriceWords::tr("Kept"),
                         inForce ? PriceWords::tr("● In force") : PriceWords::tr("– Kept"),
                         inForce ? PriceWords::tr("Open months are priced with it")
                                 : PriceWords::tr("For closed months, and to go back to"),
                         inForce ? tokens.good : tokens.muted}};
        records.push_back(std::move(record));
    }
    std::ranges::reverse(records);
    return records;
}

std::vector<ColumnSpec> changeColumns()
{
    return {{PriceWords::tr("What changes"), u"what"_s, false, 260, {}},
            {PriceWords::tr("Valid from"), u"validFrom"_s, false, 104, {}},
            {PriceWords::tr("Before"), u"before"_s, false, 150, {}},
            {PriceWords::tr("After"), u"after"_s, false, 150, {}}};
}

std::vector<Record> changeRecords(const std::vector<PriceLine>& lines)
{
    std::vector<Record> records;
    for (const PriceLine& line : lines) {
        Record record;
        record.key = fromText(line.what + "\n" + line.since);
        record.cells = {textCell(line.what), textCell(line.since),
                        line.before.empty() ? textCell(PriceWords::tr("– new")) : textCell(line.before),
                        line.after.empty() ? textCell(PriceWords::tr("– gone")) : textCell(line.after)};
        records.push_back(std::move(record));
    }
    return records;
}

std::vector<ColumnSpec> notTakenColumns()
{
    return {{PriceWords::tr("Not taken"), u"name"_s, false, 280, {}},
            {PriceWords::tr("Why"), u"why"_s, false, 360, {}}};
}

std::vector<Record> notTakenRecords(const std::vector<cost::NotTaken>& notTaken)
{
    std::vector<Record> records;
    for (std::size_t i = 0; i < notTaken.size(); ++i) {
        Record record;
        record.key = QString::number(i);
        record.cells = {textCell(notTaken[i].name), textCell(notTaken[i].why)};
        records.push_back(std::move(record));
    }
    return records;
}

} // namespace gatehouse::ui
