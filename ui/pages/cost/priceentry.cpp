// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/priceentry.h"

#include <QtCore/QCoreApplication>

namespace gatehouse::ui {

namespace {

class PriceEntryWords
{
    Q_DECLARE_TR_FUNCTIONS(PriceEntry)
};

tl::unexpected<Error> wrong(const QString& message, const QString& advice)
{
    return fail(Error::Kind::InvalidInput, message.toStdString(), advice.toStdString());
}

Result<cost::Day> dayOf(const QString& text)
{
    if (const auto day = cost::parseDay(text.trimmed().toStdString()))
        return *day;
    return wrong(PriceEntryWords::tr("“%1” is no day.").arg(text),
                 PriceEntryWords::tr("Write one like 2026-11-26."));
}

Result<cost::Currency> currencyOf(const QString& text)
{
    const auto currency = cost::Currency::parse(text.trimmed().toStdString());
    if (!currency)
        return wrong(PriceEntryWords::tr("“%1” is no currency.").arg(text),
                     PriceEntryWords::tr("Write its three letters, such as USD."));
    return *currency;
}

/// A comma is what many keyboards have; separators of thousands are refused.
Result<cost::Pico> amountOf(const QString& text)
{
    QString plain = text.trimmed();
    if (plain.isEmpty())
        return wrong(PriceEntryWords::tr("There is no amount."),
                     PriceEntryWords::tr("Write digits and a point, such as 2.50."));
    if (plain.count(u',') == 1 && !plain.contains(u'.'))
        plain.replace(u',', u'.');
    const auto amount = cost::parseAmount(plain.toStdString());
    if (!amount)
        return wrong(PriceEntryWords::tr("“%1” is no amount.").arg(text),
                     PriceEntryWords::tr("Write digits and a point, such as 2.50."));
    if (*amount <= 0)
        return wrong(PriceEntryWords::tr("An amount must be more than 0."),
                     PriceEntryWords::tr("What costs 0 is not known; leave it out instead."));
    return *amount;
}

/// Since and until of what ends.
Status readDays(const QString& from, const QString& to, cost::Day& since, std::optional<cost::Day>& until)
{
    const auto first = dayOf(from);
    if (!first)
        return fail(first.error());
    since = *first;
    if (to.trimmed().isEmpty())
        return {};
    const auto end = dayOf(to);
    if (!end)
        return fail(end.error());
    if (*end <= since)
        return wrong(PriceEntryWords::tr("It would end before it begins."),
                     PriceEntryWords::tr("Choose a later end, or none."));
    until = *end;
    return {};
}

Status readMonthly(const MonthlyEntry& entry, cost::Pico& monthly, cost::Currency& currency)
{
    if (entry.name.trimmed().isEmpty())
        return wrong(PriceEntryWords::tr("It has no name."), PriceEntryWords::tr("Type one."));
    const auto amount = amountOf(entry.amount);
    if (!amount)
        return fail(amount.error());
    const auto of = currencyOf(entry.currency);
    if (!of)
        return fail(of.error());
    monthly = *amount;
    currency = *of;
    return {};
}

std::string typed(const QString& text)
{
    return text.trimmed().toStdString();
}

} // namespace

PriceEntry entryOf(const cost::Price& price)
{
    return {QString::fromStdString(price.key.model),
            QString::fromStdString(price.key.region),
            price.key.direction,
            QString::fromStdString(cost::exactText(price.amount)),
            price.unit,
            QString::fromStdString(price.currency.text()),
            QString::fromStdString(cost::dayText(price.since))};
}

Result<cost::Price> priceOf(const PriceEntry& entry)
{
    if (entry.model.trimmed().isEmpty())
        return wrong(PriceEntryWords::tr("The price names no model."),
                     PriceEntryWords::tr("Type the model as the log has it."));
    const auto amount = amountOf(entry.amount);
    if (!amount)
        return fail(amount.error());
    const auto currency = currencyOf(entry.currency);
    if (!currency)
        return fail(currency.error());
    const auto since = dayOf(entry.since);
    if (!since)
        return fail(since.error());
    return cost::Price{
        {typed(entry.model), typed(entry.region), entry.direction}, *since, *amount, entry.unit, *currency};
}

Result<cost::Discount> discountOf(const DiscountEntry& entry)
{
    QString text = entry.percent.trimmed();
    if (text.endsWith(u'%'))
        text.chop(1);
    const auto percent = amountOf(text);
    if (!percent)
        return fail(percent.error());
    cost::Discount discount;
    discount.model = typed(entry.model);
    discount.region = typed(entry.region);
    // Of a percent four places are kept.
    constexpr cost::Pico PicoPerMillionth = cost::PicoPerUnit / 10'000;
    if (*percent > 100 * cost::PicoPerUnit || *percent % PicoPerMillionth != 0)
        return wrong(PriceEntryWords::tr("“%1” is no discount.").arg(entry.percent),
                     PriceEntryWords::tr("Write a part of 100 with at most four places, such as 12.5."));
    discount.millionths = *percent / PicoPerMillionth;
    if (const Status read = readDays(entry.since, entry.until, discount.since, discount.until); !read)
        return fail(read.error());
    return discount;
}

Result<cost::Reservation> reservationOf(const MonthlyEntry& entry)
{
    cost::Reservation reservation;
    reservation.name = typed(entry.name);
    reservation.backend = typed(entry.backend);
    if (const Status read = readMonthly(entry, reservation.monthly, reservation.currency); !read)
        return fail(read.error());
    if (reservation.backend.empty())
        return wrong(PriceEntryWords::tr("The reservation serves no backend."),
                     PriceEntryWords::tr("Type the backend whose calls it serves."));
    if (const Status read = readDays(entry.since, entry.until, reservation.since, reservation.until); !read)
        return fail(read.error());
    return reservation;
}

Result<cost::RunningCost> runningOf(const MonthlyEntry& entry)
{
    cost::RunningCost running;
    running.name = typed(entry.name);
    if (const Status read = readMonthly(entry, running.monthly, running.currency); !read)
        return fail(read.error());
    if (const Status read = readDays(entry.since, entry.until, running.since, running.until); !read)
        return fail(read.error());
    return running;
}

} // namespace gatehouse::ui
