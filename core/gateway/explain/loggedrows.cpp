// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/loggedrows.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace gatehouse::gateway {

namespace {

constexpr std::array<std::string_view, TextFields> FieldColumns = {"Task",        "Sensitivity", "Geography",
                                                                   "Environment", "Application", "Asked"};
constexpr double TicksPerMilli = 10'000;

/// The columns of an answer by name, each of the type that its values need; the first that is not right is
/// remembered.
class Row
{
public:
    explicit Row(const Table& table)
        : m_table(table)
    {}

    [[nodiscard]] const Column* text(std::string_view name) { return find(name, true); }
    [[nodiscard]] const Column* number(std::string_view name) { return find(name, false); }

    [[nodiscard]] Status check() const
    {
        if (m_wrong.empty())
            return {};
        return fail(Error::Kind::Protocol, "The workspace answered without the column " + m_wrong + ".",
                    "Try again; if it stays so, the workspace is not one that Gatehouse can read.");
    }

private:
    const Column* find(std::string_view name, bool text)
    {
        const Column* found = m_table.find(name);
        const bool isText = found != nullptr && found->type() == ColumnType::String;
        if ((found == nullptr || isText != text) && m_wrong.empty())
            m_wrong = name;
        return found;
    }

    const Table& m_table;
    std::string m_wrong;
};

std::string textAt(const Column& column, std::size_t row)
{
    return column.isNull(row) ? std::string() : std::string(column.textAt(row));
}

std::optional<std::int64_t> wholeAt(const Column& column, std::size_t row)
{
    if (column.isNull(row))
        return std::nullopt;
    const double value = column.numberAt(row);
    return std::isfinite(value) ? std::optional(static_cast<std::int64_t>(std::llround(value)))
                                : std::nullopt;
}

DateTime momentAt(const Column& column, std::size_t row)
{
    return DateTime{Ticks(column.isNull(row) ? 0 : column.integerAt(row))};
}

Ticks millisAt(const Column& column, std::size_t row)
{
    const double value = column.isNull(row) ? 0 : column.numberAt(row);
    return Ticks(std::isfinite(value) ? std::llround(value * TicksPerMilli) : 0);
}

using Places = std::unordered_map<std::string_view, std::size_t>; ///< of the requests, by correlation id

struct AttemptColumns
{
    explicit AttemptColumns(const Table& table)
        : row(table)
        , time(row.number("TimeGenerated"))
        , id(row.text("CorrelationId"))
        , backend(row.text("Backend"))
        , status(row.number("Status"))
        , duration(row.number("DurationMs"))
        , retryAfter(row.number("RetryAfter"))
        , cutAfter(row.number("CutAfter"))
        , weight(row.number("Weight"))
    {}

    [[nodiscard]] LoggedAttempt attemptAt(std::size_t at) const
    {
        LoggedAttempt attempt;
        attempt.start = momentAt(*time, at);
        attempt.duration = millisAt(*duration, at);
        attempt.status = static_cast<int>(wholeAt(*status, at).value_or(0));
        const std::int64_t wait = std::clamp<std::int64_t>(wholeAt(*retryAfter, at).value_or(0), 0, 86'400);
        attempt.retryAfter = std::chrono::seconds(wait);
        if (const auto began = wholeAt(*cutAfter, at)) {
            attempt.cut = true;
            attempt.status = static_cast<int>(*began);
        }
        return attempt;
    }

    Row row;
    const Column* time;
    const Column* id;
    const Column* backend;
    const Column* status;
    const Column* duration;
    const Column* retryAfter;
    const Column* cutAfter;
    const Column* weight;
};

class Reader
{
public:
    explicit Reader(const LoggedFields& fields)
        : m_fields(fields)
    {}

    Status requests(const Table& table);
    Status tokens(const Table& table);
    Status attempts(const Table& table);
    [[nodiscard]] LoggedTraffic take();

private:
    const LoggedFields& m_fields;
    LoggedTraffic m_traffic;
    Places m_places;
};

Status Reader::requests(const Table& table)
{
    Row columns(table);
    const Column* time = columns.number("TimeGenerated");
    const Column* id = columns.text("CorrelationId");
    const Column* service = columns.text("Service");
    const Column* status = columns.number("Status");
    const Column* backend = columns.text("Backend");
    const Column* backendStatus = columns.number("BackendStatus");
    const Column* total = columns.number("TotalMs");
    const Column* backendTime = columns.number("BackendMs");
    const Column* bytes = columns.number("Bytes");
    const Column* reason = columns.text("Reason");
    const Column* source = columns.text("ErrorSource");
    const Column* message = columns.text("Message");
    const Column* route = columns.text("Route");
    const Column* count = columns.number("Attempts");
    std::array<const Column*, TextFields> fields{};
    for (std::size_t i = 0; i < TextFields; ++i)
        fields[i] = columns.text(FieldColumns[i]);
    if (Status checked = columns.check(); !checked)
        return checked;
    m_traffic.requests.reserve(table.rowCount());
    m_traffic.details.reserve(table.rowCount());
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        LoggedRequest& request = m_traffic.requests.emplace_back();
        CallDetails& details = m_traffic.details.emplace_back();
        request.time = momentAt(*time, row);
        for (std::size_t i = 0; i < TextFields; ++i) {
            std::string value = textAt(*fields[i], row);
            if (m_fields[i] || !value.empty())
                request.facts.texts[i] = std::move(value);
        }
        request.backend = textAt(*backend, row);
        request.status = static_cast<int>(wholeAt(*status, row).value_or(0));
        details.correlationId = textAt(*id, row);
        details.service = textAt(*service, row);
        if (std::string name = textAt(*route, row); !name.empty())
            details.route = std::move(name);
        if (const auto made = wholeAt(*count, row); made && *made >= 0)
            details.attemptCount = static_cast<int>(std::min<std::int64_t>(*made, 1'000));
        if (const auto answered = wholeAt(*backendStatus, row))
            details.backendStatus = static_cast<int>(*answered);
        details.errorReason = textAt(*reason, row);
        details.errorSource = textAt(*source, row);
        details.errorMessage = textAt(*message, row);
        details.total = millisAt(*total, row);
        details.backendTime = millisAt(*backendTime, row);
        details.bytes = wholeAt(*bytes, row).value_or(0);
        m_places.emplace(id->isNull(row) ? std::string_view() : id->textAt(row), row);
    }
    return {};
}

Status Reader::tokens(const Table& table)
{
    Row columns(table);
    const Column* id = columns.text("CorrelationId");
    const Column* deployment = columns.text("Deployment");
    const Column* tokens = columns.number("Tokens");
    if (Status checked = columns.check(); !checked)
        return checked;
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        const auto place = m_places.find(id->isNull(row) ? std::string_view() : id->textAt(row));
        if (place == m_places.end())
            continue;
        LoggedRequest& request = m_traffic.requests[place->second];
        request.deployment = textAt(*deployment, row);
        request.tokens = std::max<std::int64_t>(wholeAt(*tokens, row).value_or(0), 0);
    }
    return {};
}

Status Reader::attempts(const Table& table)
{
    const AttemptColumns columns(table);
    if (Status checked = columns.row.check(); !checked)
        return checked;
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        const auto place =
            m_places.find(columns.id->isNull(row) ? std::string_view() : columns.id->textAt(row));
        if (place == m_places.end())
            continue;
        m_traffic.requests[place->second].attempts.push_back(
            {textAt(*columns.backend, row), columns.attemptAt(row)});
        if (wholeAt(*columns.weight, row).value_or(1) != 1)
            m_traffic.details[place->second].sampled = true;
    }
    return {};
}

LoggedTraffic Reader::take()
{
    for (LoggedRequest& request : m_traffic.requests)
        std::stable_sort(request.attempts.begin(), request.attempts.end(),
                         [](const BackendAttempt& a, const BackendAttempt& b) {
                             return a.attempt.start < b.attempt.start;
                         });
    return std::move(m_traffic);
}

} // namespace

Result<LoggedTraffic> readTraffic(const LoggedRows& rows, const LoggedFields& fields)
{
    Reader reader(fields);
    Status read = reader.requests(*rows.requests);
    if (read && rows.tokens != nullptr)
        read = reader.tokens(*rows.tokens);
    if (read && rows.attempts != nullptr)
        read = reader.attempts(*rows.attempts);
    if (!read)
        return fail(read.error());
    return reader.take();
}

Result<AttemptRows> readAttemptRows(const Table& attempts, std::string_view except)
{
    const AttemptColumns columns(attempts);
    if (Status checked = columns.row.check(); !checked)
        return fail(checked.error());
    AttemptRows rows;
    for (std::size_t row = 0; row < attempts.rowCount(); ++row) {
        rows.sampled = rows.sampled || wholeAt(*columns.weight, row).value_or(1) != 1;
        if (columns.id->isNull(row) || columns.id->textAt(row) != except)
            rows.attempts[textAt(*columns.backend, row)].push_back(columns.attemptAt(row));
    }
    return rows;
}

void standInFinalAttempts(LoggedTraffic& traffic)
{
    for (std::size_t i = 0; i < traffic.requests.size(); ++i) {
        LoggedRequest& request = traffic.requests[i];
        const CallDetails& details = traffic.details[i];
        if (request.attempts.empty() && !request.backend.empty())
            request.attempts.push_back(
                {request.backend,
                 {request.time, details.backendTime, details.backendStatus.value_or(0), Ticks(0), false}});
    }
}

LoggedFields fieldsSeen(const Table& requests)
{
    LoggedFields seen{};
    seen[static_cast<std::size_t>(RoutingField::Model)] = true;
    for (std::size_t i = 0; i < TextFields; ++i) {
        const Column* column = requests.find(FieldColumns[i]);
        if (column == nullptr || column->type() != ColumnType::String)
            continue;
        for (std::size_t row = 0; row < column->size() && !seen[i]; ++row)
            seen[i] = !column->isNull(row) && !column->textAt(row).empty();
    }
    return seen;
}

LoggedFields allFields()
{
    LoggedFields all;
    all.fill(true);
    return all;
}

} // namespace gatehouse::gateway
