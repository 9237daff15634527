// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reportcommand.h"

#include "app/cli/costcommand.h"
#include "core/base/encoding.h"
#include "core/base/files.h"
#include "core/report/csvreport.h"
#include "core/report/pdfreport.h"
#include "core/report/xlsxreport.h"
#include "core/usage/ledger/costwords.h"

#include <CLI/CLI.hpp>

namespace gatehouse::cli {

namespace {

/// What a file named so should hold; null for an ending that is none of ours.
using Writer = Result<std::string> (*)(const report::Report&);

Writer writerFor(const std::string& file)
{
    const std::string name = toLower(file);
    if (name.ends_with(".pdf"))
        return [](const report::Report& report) { return report::pdfReport(report); };
    if (name.ends_with(".xlsx"))
        return [](const report::Report& report) { return report::xlsxReport(report); };
    if (name.ends_with(".csv"))
        return [](const report::Report& report) { return report::csvReport(report); };
    return nullptr;
}

} // namespace

void ReportCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* command = parser.add_subcommand("report", "A report on spend: PDF, XLSX or CSV");
    command->add_option("--out", m_file, "the file; its ending says what it holds: .pdf, .xlsx or .csv")
        ->required();
    command->add_option("--as-of", m_asOf, "whole days before this moment (ISO 8601; default: now)");
    command
        ->add_option("--of", m_of,
                     "this-month, last-month, 7-days, 30-days, 90-days or 12-months; "
                     "--timespan names any other days")
        ->transform(CLI::IsMember(cost::periodWords(), CLI::ignore_case));
    command->add_option("--by", m_by, "the grouping that comes first: service, team, costCentre, model …")
        ->transform(CLI::IsMember(cost::dimensionWords(), CLI::ignore_case, CLI::ignore_underscore));
    command->add_option("--period", m_period, "day, week or month: the bars of the chart")
        ->transform(CLI::IsMember(cost::stepWords(), CLI::ignore_case));
    command
        ->add_option("--filter", m_filters,
                     "only these calls: service=ID, team=NAME, …, or team:unattributed; several all hold")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->expected(1);
    command->callback(std::move(chosen));
}

Result<jobs::CostQuestion> ReportCommand::question(const Context& context, cost::Day today) const
{
    jobs::CostQuestion question;
    question.by = *cost::dimensionOf(m_by);
    question.step = *cost::stepOf(m_period);
    question.range = context.rangeGiven ? daysOf(context) : cost::daysOf(*cost::periodOf(m_of), today);
    for (const std::string& text : m_filters) {
        auto filter = cost::filterOf(text);
        if (!filter)
            return gatehouse::fail(filter.error());
        question.filters.push_back(std::move(*filter));
    }
    return question;
}

void ReportCommand::run(const Context& context)
{
    jobs::CostService* const service = context.session.services().cost;
    if (service == nullptr)
        return fail(context, noLedger());
    const auto invalid = [&](const std::string& message, const std::string& advice) {
        fail(context, gatehouse::fail(Error::Kind::InvalidInput, message, advice).value());
    };
    if (writerFor(m_file) == nullptr)
        return invalid("“" + m_file + "” is no kind of report.",
                       "Name a file that ends in .pdf, .xlsx or .csv.");
    std::optional<DateTime> asOf;
    if (!m_asOf.empty()) {
        asOf = parseDateTime(m_asOf);
        if (!asOf)
            return invalid("“" + m_asOf + "” is no moment.", "Write one like 2026-11-26T06:00:00Z.");
    }
    const auto asked = question(context, asOf ? cost::utcDay(*asOf) : service->today());
    if (!asked)
        return fail(context, asked.error());
    service->report(*asked, asOf, context.stop)
        .then(this, [this, context](const Result<std::shared_ptr<const report::Report>>& report) {
            if (report)
                write(context, **report);
            else
                fail(context, report.error());
        });
}

void ReportCommand::write(const Context& context, const report::Report& report)
{
    const auto bytes = writerFor(m_file)(report);
    if (!bytes)
        return fail(context, bytes.error());
    // Others may read what a nightly job writes.
    if (const Status written = atomicWrite(m_file, *bytes, 0644); !written)
        return fail(context, written.error());
    context.output.line("Wrote " + forTerminal(m_file) + ", " + std::to_string(bytes->size()) + " bytes.");
    finish(ExitStatus::Done);
}

} // namespace gatehouse::cli
