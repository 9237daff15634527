// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/budgetentry.h"

#include <QtCore/QCoreApplication>

namespace gatehouse::ui {

namespace {

QString entryWord(const char* text)
{
    return QCoreApplication::translate("BudgetEntry", text);
}

tl::unexpected<Error> refused(const QString& message, const QString& advice)
{
    return fail(Error::Kind::InvalidInput, message.toStdString(), advice.toStdString());
}

Result<cost::Pico> amountFrom(const QString& text)
{
    const QString advice = entryWord("Write it with a point and without separators, such as 1250.50.");
    if (text.isEmpty())
        return refused(entryWord("A budget needs an amount for each month."), advice);
    const auto amount = cost::parseAmount(text.toStdString());
    if (!amount)
        return refused(QString::fromStdString(amount.error().message), advice);
    if (*amount <= 0)
        return refused(entryWord("A budget must be more than 0."),
                       entryWord("To watch spending without a limit, look at Spend."));
    return *amount;
}

} // namespace

Result<cost::Budget> budgetFrom(const BudgetEntry& entry)
{
    cost::Budget budget;
    budget.scope = entry.scope;
    if (entry.scope != cost::BudgetScope::Everything) {
        budget.key = entry.key.trimmed().toStdString();
        if (budget.key.empty() && entry.scope == cost::BudgetScope::Team)
            return refused(entryWord("Nobody knows whose budget it is."), entryWord("Choose a team."));
        if (budget.key.empty())
            return refused(entryWord("Nobody knows whose budget it is."), entryWord("Choose a service."));
    }
    const auto amount = amountFrom(entry.amount.trimmed());
    if (!amount)
        return fail(amount.error());
    budget.monthly = *amount;
    const auto currency = cost::Currency::parse(entry.currency.trimmed().toStdString());
    if (!currency)
        return refused(entryWord("“%1” is no currency.").arg(entry.currency.trimmed().left(20)),
                       entryWord("Write its three letters, such as USD."));
    budget.currency = *currency;
    budget.since = entry.since;
    budget.until = entry.until;
    if (!entry.since.ok() || (entry.until && *entry.until <= entry.since))
        return refused(entryWord("The budget would end before it begins."),
                       entryWord("Choose a later last month."));
    return budget;
}

} // namespace gatehouse::ui
