// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/logs/rows.h"

#include "core/local/logs/rowcodec.h"

#include <cassert>
#include <cstring>

namespace gatehouse::local {

RowWriter::RowWriter(RowBatch& batch, TableId table, DateTime time)
    : m_batch(batch)
    , m_start(batch.m_bytes.size())
{
    RowHeader header;
    header.table = static_cast<std::uint8_t>(table);
    header.ticks = time.sinceYearOne.count();
    m_batch.m_bytes.resize(m_start + RowHeader::Size);
    header.write(m_batch.m_bytes.data() + m_start);
}

RowWriter::~RowWriter()
{
    RowHeader::setLength(m_batch.m_bytes.data() + m_start,
                         static_cast<std::uint32_t>(m_batch.m_bytes.size() - m_start));
    ++m_batch.m_rows;
}

void RowWriter::mark(std::size_t column)
{
    assert(column >= m_next && column < RowHeader::MaxColumns);
    m_next = column + 1;
    RowHeader::setColumn(m_batch.m_bytes.data() + m_start, column);
}

RowWriter& RowWriter::text(std::size_t column, std::string_view value)
{
    if (value.empty())
        return *this;
    mark(column);
    appendVarint(m_batch.m_bytes, value.size());
    m_batch.m_bytes.append(value);
    return *this;
}

RowWriter& RowWriter::integer(std::size_t column, std::int64_t value)
{
    mark(column);
    appendVarint(m_batch.m_bytes, zigzag(value));
    return *this;
}

RowWriter& RowWriter::integer(std::size_t column, const std::optional<std::int64_t>& value)
{
    return value ? integer(column, *value) : *this;
}

RowWriter& RowWriter::real(std::size_t column, double value)
{
    mark(column);
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    m_batch.m_bytes.append(bytes, sizeof bytes);
    return *this;
}

void RowBatch::add(const GatewayRow& row)
{
    RowWriter writer(*this, TableId::GatewayLogs, row.time);
    constexpr std::string_view C = GatewayLogsColumns;
    const auto backendCode =
        row.backendResponseCode ? std::optional<std::int64_t>(*row.backendResponseCode) : std::nullopt;
    const bool failed = !row.lastErrorReason.empty();
    writer.text(columnAt(C, "ApiId"), row.apiId)
        .text(columnAt(C, "ApimSubscriptionId"), row.apimSubscriptionId)
        .text(columnAt(C, "BackendId"), row.backendId)
        .text(columnAt(C, "BackendMethod"), row.backendId.empty() ? std::string_view{} : row.method)
        .integer(columnAt(C, "BackendResponseCode"), backendCode)
        .integer(columnAt(C, "BackendTime"), row.backendMs)
        .text(columnAt(C, "BackendUrl"), row.backendUrl)
        .text(columnAt(C, "CallerIpAddress"), row.callerIp)
        .integer(columnAt(C, "ClientTime"), row.clientMs)
        .text(columnAt(C, "CorrelationId"), row.correlationId)
        .integer(columnAt(C, "IsRequestSuccess"),
                 std::int64_t{row.responseCode >= 200 && row.responseCode < 400});
    if (failed)
        writer.integer(columnAt(C, "LastErrorElapsed"), row.totalMs);
    writer.text(columnAt(C, "LastErrorMessage"), row.lastErrorMessage)
        .text(columnAt(C, "LastErrorReason"), row.lastErrorReason)
        .text(columnAt(C, "LastErrorScope"), failed ? "api" : "")
        .text(columnAt(C, "LastErrorSection"), row.lastErrorSection)
        .text(columnAt(C, "LastErrorSource"), row.lastErrorSource)
        .text(columnAt(C, "Method"), row.method)
        .text(columnAt(C, "OperationId"), row.operationId)
        .text(columnAt(C, "ProductId"), row.productId)
        .text(columnAt(C, "Region"), row.region)
        .text(columnAt(C, "RequestHeaders"), row.requestHeaders)
        .integer(columnAt(C, "RequestSize"), row.requestBytes)
        .integer(columnAt(C, "ResponseCode"), std::int64_t{row.responseCode})
        .text(columnAt(C, "ResponseHeaders"), row.responseHeaders)
        .integer(columnAt(C, "ResponseSize"), row.responseBytes)
        .integer(columnAt(C, "TotalTime"), row.totalMs)
        .text(columnAt(C, "Url"), row.url)
        .text(columnAt(C, "UserId"), row.userId);
}

void RowBatch::add(const LlmRow& row)
{
    constexpr std::string_view C = LlmLogColumns;
    RowWriter writer(*this, TableId::LlmLog, row.time);
    writer.text(columnAt(C, "ApiVersion"), row.apiVersion)
        .integer(columnAt(C, "CompletionTokens"), row.completionTokens)
        .text(columnAt(C, "CorrelationId"), row.correlationId)
        .text(columnAt(C, "DeploymentName"), row.deployment)
        .integer(columnAt(C, "IsStreamCompletion"), std::int64_t{row.stream})
        .text(columnAt(C, "ModelName"), row.model)
        .integer(columnAt(C, "PromptTokens"), row.promptTokens)
        .text(columnAt(C, "Region"), row.region)
        .text(columnAt(C, "RequestId"), row.requestId)
        .integer(columnAt(C, "SequenceNumber"), std::int64_t{0})
        .integer(columnAt(C, "TotalTokens"), row.totalTokens);
}

void RowBatch::add(const DependencyRow& row)
{
    constexpr std::string_view C = DependencyColumns;
    RowWriter writer(*this, TableId::AppDependencies, row.time);
    writer.text(columnAt(C, "AppRoleName"), row.roleName)
        .text(columnAt(C, "Data"), row.data)
        .real(columnAt(C, "DurationMs"), row.durationMs)
        .text(columnAt(C, "Id"), row.id)
        .integer(columnAt(C, "ItemCount"), std::int64_t{1})
        .text(columnAt(C, "Name"), row.name)
        .text(columnAt(C, "OperationId"), row.operationId)
        .text(columnAt(C, "OperationName"), row.operationName)
        .text(columnAt(C, "ParentId"), row.operationId)
        .text(columnAt(C, "Properties"), row.properties)
        .text(columnAt(C, "ResultCode"), row.resultCode)
        .integer(columnAt(C, "Success"), std::int64_t{row.success})
        .text(columnAt(C, "Target"), row.target);
}

} // namespace gatehouse::local
