// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/gateway/directory/fields.h"
#include "core/gateway/directory/servicedirectory.h"
#include "core/table/tabletext.h"

#include <map>
#include <optional>

namespace gatehouse::gateway {

namespace {

constexpr std::size_t MaxCsvBytes = 1U << 20U;

tl::unexpected<Error> wrong(int line, const std::string& what)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.message = "Line " + std::to_string(line) + ": " + what;
    error.advice = "Nothing was imported.";
    error.position = TextPosition{};
    error.position->line = line;
    error.position->column = 1;
    return fail(std::move(error));
}

struct CsvRecord
{
    int line = 1; ///< where it begins
    std::vector<std::string> fields;

    /// A line without anything in it.
    [[nodiscard]] bool blank() const { return fields.size() == 1 && fields.front().empty(); }
};

/// Reads one record after the other.
class CsvReader
{
public:
    explicit CsvReader(std::string_view text)
        : m_rest(text)
    {}

    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }

    Result<CsvRecord> next()
    {
        CsvRecord record;
        record.line = m_line;
        for (;;) {
            Result<std::string> field = m_rest.starts_with('"') ? quoted() : plain();
            if (!field)
                return fail(field.error());
            record.fields.push_back(std::move(*field));
            if (m_rest.starts_with(',')) {
                m_rest.remove_prefix(1);
                continue;
            }
            if (atEnd() || takeLineEnd())
                return record;
            return wrong(m_line, "after a closing quote there must be a comma or the line's end.");
        }
    }

private:
    bool takeLineEnd()
    {
        const std::size_t length = m_rest.starts_with("\r\n") ? 2 : m_rest.starts_with('\n') ? 1 : 0;
        m_rest.remove_prefix(length);
        m_line += length == 0 ? 0 : 1;
        return length != 0;
    }

    Result<std::string> plain()
    {
        const std::size_t end = std::min(m_rest.find_first_of(",\n"), m_rest.size());
        std::string field(m_rest.substr(0, end));
        m_rest.remove_prefix(end);
        if (m_rest.starts_with('\n') && field.ends_with('\r'))
            field.pop_back();
        if (field.find('"') != std::string::npos)
            return wrong(m_line, "a quote stands in a text that does not begin with one.");
        return field;
    }

    Result<std::string> quoted()
    {
        const int began = m_line;
        std::string field;
        for (std::size_t i = 1; i < m_rest.size(); ++i) {
            const char c = m_rest[i];
            if (c == '"' && m_rest.substr(i + 1, 1) != "\"") {
                m_rest.remove_prefix(i + 1);
                return field;
            }
            if (c == '"')
                ++i;
            m_line += c == '\n' ? 1 : 0;
            field += c;
        }
        return wrong(began, "a quote is never closed.");
    }

    std::string_view m_rest;
    int m_line = 1;
};

using Columns = std::vector<std::string ServiceFacts::*>;

Result<Columns> readHeader(const CsvRecord& header)
{
    Columns columns;
    for (const std::string& name : header.fields) {
        const auto known =
            std::find_if(DirectoryFields.begin(), DirectoryFields.end(),
                         [&](const auto& field) { return equalsIgnoreCase(field.name, name); });
        if (known == DirectoryFields.end())
            return wrong(header.line,
                         "there is no column “" + toValidUtf8(name) +
                             "”. The columns are subscription, application, feature, environment, "
                             "owner, costCentre and sensitivity, with commas between.");
        if (std::find(columns.begin(), columns.end(), known->text) != columns.end())
            return wrong(header.line, "the column “" + name + "” is there twice.");
        columns.push_back(known->text);
    }
    if (std::find(columns.begin(), columns.end(), &ServiceFacts::subscription) == columns.end())
        return wrong(header.line, "the column “subscription” is missing.");
    return columns;
}

/// A writer that guards against formulas put an apostrophe in front.
std::string withoutGuard(std::string text)
{
    if (!text.starts_with('\''))
        return text;
    std::string rest = text.substr(1);
    const std::string guarded = csvCell(rest, false);
    return guarded.starts_with('\'') || guarded.starts_with("\"'") ? rest : text;
}

Result<ServiceFacts> readFacts(const CsvRecord& record, const Columns& columns)
{
    if (record.fields.size() != columns.size())
        return wrong(record.line, "there are " + std::to_string(record.fields.size()) + " texts for " +
                                      std::to_string(columns.size()) + " columns.");
    ServiceFacts facts;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (const std::string why = whyNoFact(record.fields[i]); !why.empty())
            return wrong(record.line, "text " + std::to_string(i + 1) + " " + why + ".");
        facts.*columns[i] = withoutGuard(record.fields[i]);
    }
    if (facts.subscription.empty())
        return wrong(record.line, "the subscription is missing.");
    if (facts.subscription.find_first_of("/?#\\ ") != std::string::npos)
        return wrong(record.line, "“" + facts.subscription + "” is not the id of a subscription.");
    return facts;
}

} // namespace

Result<ServiceDirectory> directoryFromCsv(std::string_view csv)
{
    if (csv.size() > MaxCsvBytes)
        return wrong(1, "the file is larger than 1 MB.");
    if (csv.starts_with("\xEF\xBB\xBF"))
        csv.remove_prefix(3);
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
        Result<ServiceFacts> facts = readFacts(*record, *columns);
        if (!facts)
            return fail(facts.error());
        const auto [first, isNew] = lines.emplace(toLower(facts->subscription), record->line);
        if (!isNew)
            return wrong(record->line, "“" + facts->subscription + "” is there already, on line " +
                                           std::to_string(first->second) + ".");
        directory.set(std::move(*facts));
    }
    if (!columns)
        return wrong(1, "the file is empty.");
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
