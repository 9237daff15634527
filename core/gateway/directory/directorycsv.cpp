// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv.h"
#include "core/base/encoding.h"
#include "core/gateway/directory/fields.h"
#include "core/gateway/directory/servicedirectory.h"
#include "core/table/tabletext.h"

#include <map>
#include <optional>

namespace gatehouse::gateway {

namespace {

constexpr std::size_t MaxCsvBytes = 1U << 20U;

using Columns = std::vector<std::string ServiceFacts::*>;

Result<Columns> readHeader(const CsvRecord& header)
{
    Columns columns;
    for (const std::string& name : header.fields) {
        const auto known =
            std::find_if(DirectoryFields.begin(), DirectoryFields.end(),
                         [&](const auto& field) { return equalsIgnoreCase(field.name, name); });
        if (known == DirectoryFields.end())
            return csvError(header.line,
                            "there is no column “" + toValidUtf8(name) +
                                "”. The columns are subscription, application, feature, environment, "
                                "owner, costCentre and sensitivity, with commas between.");
        if (std::find(columns.begin(), columns.end(), known->text) != columns.end())
            return csvError(header.line, "the column “" + name + "” is there twice.");
        columns.push_back(known->text);
    }
    if (std::find(columns.begin(), columns.end(), &ServiceFacts::subscription) == columns.end())
        return csvError(header.line, "the column “subscription” is missing.");
    return columns;
}

Result<ServiceFacts> readFacts(const CsvRecord& record, const Columns& columns, const ServiceDirectory& keep)
{
    if (record.fields.size() != columns.size())
        return csvError(record.line, "there are " + std::to_string(record.fields.size()) + " texts for " +
                                         std::to_string(columns.size()) + " columns.");
    ServiceFacts facts;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (const std::string why = whyNoFact(record.fields[i]); !why.empty())
            return csvError(record.line, "text " + std::to_string(i + 1) + " " + why + ".");
        facts.*columns[i] = withoutFormulaGuard(record.fields[i]);
    }
    if (facts.subscription.empty())
        return csvError(record.line, "the subscription is missing.");
    if (facts.subscription.find_first_of("/?#\\ ") != std::string::npos)
        return csvError(record.line, "“" + facts.subscription + "” is not the id of a subscription.");
    const ServiceFacts* const kept = keep.find(facts.subscription);
    for (const DirectoryField& field : DirectoryFields) {
        const bool isColumn = std::find(columns.begin(), columns.end(), field.text) != columns.end();
        if (!isColumn && kept != nullptr)
            facts.*field.text = kept->*field.text;
    }
    return facts;
}

} // namespace

Result<ServiceDirectory> directoryFromCsv(std::string_view csv, const ServiceDirectory& keep)
{
    if (csv.size() > MaxCsvBytes)
        return csvError(1, "the file is larger than 1 MB.");
    CsvReader reader(csv);
    std::optional<Columns> columns;
    ServiceDirectory directory;
    std::map<std::string, int> lines; // of each subscription
    while (!reader.atEnd()) {
        const Result<CsvRecord> record = reader.next();
        if (!record)
            return fail(record.error());
        if (record->blank())
            continue;
        if (!columns) {
            Result<Columns> header = readHeader(*record);
            if (!header)
                return fail(header.error());
            columns = std::move(*header);
            continue;
        }
        Result<ServiceFacts> facts = readFacts(*record, *columns, keep);
        if (!facts)
            return fail(facts.error());
        const auto [first, isNew] = lines.emplace(toLower(facts->subscription), record->line);
        if (!isNew)
            return csvError(record->line, "“" + facts->subscription + "” is there already, on line " +
                                              std::to_string(first->second) + ".");
        directory.set(std::move(*facts));
    }
    if (!columns)
        return csvError(1, "the file is empty.");
    return directory;
}

std::string directoryToCsv(const ServiceDirectory& directory)
{
    std::string csv;
    const auto endCell = [&](std::size_t i) { csv += i + 1 < DirectoryFields.size() ? "," : "\r\n"; };
    for (std::size_t i = 0; i < DirectoryFields.size(); ++i) {
        csv += DirectoryFields[i].name;
        endCell(i);
    }
    for (const ServiceFacts& facts : directory.services) {
        for (std::size_t i = 0; i < DirectoryFields.size(); ++i) {
            csv += csvCell(facts.*DirectoryFields[i].text, false);
            endCell(i);
        }
    }
    return csv;
}

} // namespace gatehouse::gateway
