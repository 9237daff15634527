// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/pricecommand.h"

#include "app/cli/costcommand.h"
#include "core/base/files.h"

#include <CLI/CLI.hpp>

namespace gatehouse::cli {

namespace {

constexpr std::size_t MaxFileBytes = 16U << 20U;

std::string amountText(const cost::Price& price)
{
    return cost::exactText(price.amount) + " " + price.currency.text() + " / " +
           std::string(cost::toString(price.unit));
}

Table pricesTable(const jobs::CostPrices& prices)
{
    Table table("prices");
    for (const char* name : {"model", "region", "direction", "price", "unit", "currency", "validFrom"})
        table.addColumn(name, ColumnType::String);
    for (const cost::Price& price : prices.versions->find(prices.inForce)->book.prices()) {
        const std::array<std::string, 7> texts = {price.key.model,
                                                  price.key.region,
                                                  std::string(cost::toString(price.key.direction)),
                                                  cost::exactText(price.amount),
                                                  std::string(cost::toString(price.unit)),
                                                  price.currency.text(),
                                                  cost::dayText(price.since)};
        for (std::size_t i = 0; i < texts.size(); ++i)
            table.column(i).appendText(texts[i]);
    }
    return table;
}

Table changesTable(const std::vector<cost::PriceChange>& changes)
{
    Table table("changes");
    for (const char* name : {"model", "region", "direction", "validFrom", "before", "after"})
        table.addColumn(name, ColumnType::String);
    for (const cost::PriceChange& change : changes) {
        const std::array<std::string, 6> texts = {change.key.model,
                                                  change.key.region,
                                                  std::string(cost::toString(change.key.direction)),
                                                  cost::dayText(change.since),
                                                  change.before ? amountText(*change.before) : "",
                                                  change.after ? amountText(*change.after) : ""};
        for (std::size_t i = 0; i < texts.size(); ++i)
            table.column(i).appendText(texts[i]);
    }
    return table;
}

/// The answer of the price API is a JSON object; nothing else begins so.
jobs::PriceFormat formatOf(const std::string& text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string::npos && text[first] == '{' ? jobs::PriceFormat::AzureRetail
                                                            : jobs::PriceFormat::Csv;
}

} // namespace

void PriceCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* group = parser.add_subcommand("price", "What models cost");
    group->require_subcommand(1);
    group->add_subcommand("list", "The prices in force")->callback([this] { m_action = Action::List; });
    CLI::App* import =
        group->add_subcommand("import", "Shows what a price list would change, and takes it with --apply");
    import->add_option("file", m_file, "CSV, or an answer of the Azure Retail Prices API")->required();
    import->add_flag("--apply", m_apply, "makes it the newest version and prices the open months with it");
    import->callback([this] { m_action = Action::Import;
});
group->callback(std::move(chosen));
} // namespace gatehouse::cli

void PriceCommand::run(const Context& context)
{
    if (context.session.services().cost == nullptr)
        return fail(context, noLedger());
    if (m_action == Action::List)
        list(context);
    else
        import(context);
}

void PriceCommand::list(const Context& context)
{
    context.session.services()
        .cost->prices(context.stop)
        .then(this, [this, context](const Result<jobs::CostPrices>& prices) {
            if (!prices)
                return fail(context, prices.error());
            context.output.table(pricesTable(*prices));
            context.output.line("Version " + std::to_string(prices->inForce) + ": " +
                                prices->versions->find(prices->inForce)->note + ".");
            finish(ExitStatus::Done);
        });
}

void PriceCommand::import(const Context& context)
{
    const auto text = readFile(m_file, MaxFileBytes);
    if (!text) {
        Error error = text.error();
        error.kind = Error::Kind::InvalidInput; // of the command line, whatever is wrong with the file
        return fail(context, error);
    }
    context.session.services()
        .cost->importPrices(*text, formatOf(*text), context.stop)
        .then(this, [this, context](const Result<jobs::PriceDraft>& draft) {
            if (!draft)
                return fail(context, draft.error());
            if (m_apply && !draft->changes.empty())
                apply(context, *draft);
            else
                show(context, *draft);
        });
}

void PriceCommand::show(const Context& context, const jobs::PriceDraft& draft)
{
    context.output.table(changesTable(draft.changes));
    for (const cost::NotTaken& one : draft.notTaken)
        context.output.line("Not taken: " + forTerminal(one.name) + ": " + one.why);
    if (draft.more)
        context.output.line("The list goes on in another page, which is not in this file.");
    if (draft.changes.empty())
        context.output.line("Every price is as it says already.");
    else
        context.output.line("Nothing was changed; --apply takes these prices.");
    finish(ExitStatus::Done);
}

void PriceCommand::apply(const Context& context, const jobs::PriceDraft& draft)
{
    const std::string note = "Imported from " + m_file.substr(m_file.rfind('/') + 1);
    context.session.services()
        .cost->applyPrices(draft, note)
        .then(this, [this, context, draft](const Result<cost::Repriced>& repriced) {
            if (!repriced)
                return fail(context, repriced.error());
            context.output.table(changesTable(draft.changes));
            for (const cost::NotTaken& one : draft.notTaken)
                context.output.line("Not taken: " + forTerminal(one.name) + ": " + one.why);
            for (const cost::Repriced::Line& line : repriced->lines)
                context.output.line(forTerminal(line.model) + " in open months: " +
                                    cost::exactText(line.before, 2) + " → " + cost::exactText(line.after, 2));
            context.output.line("Prices of version " + std::to_string(repriced->to) + " are in force.");
            finish(ExitStatus::Done);
        });
}

} // namespace gatehouse::cli
