// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/local/logs/schemas.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// One request through the gateway: a row of ApiManagementGatewayLogs. Texts are views that must live until
/// the row is added to a batch. Times in milliseconds.
struct GatewayRow
{
    DateTime time; ///< when the request came in
    std::string_view correlationId;
    std::string_view apiId;
    std::string_view apimSubscriptionId; ///< "" for a caller with a token only
    std::string_view productId;
    std::string_view userId;
    std::string_view backendId; ///< of the last attempt; "" when there was none
    std::string_view backendUrl;
    std::string_view method;
    std::string_view url;
    std::string_view operationId;
    std::string_view region;
    std::string_view callerIp;
    std::string_view requestHeaders;  ///< JSON object
    std::string_view responseHeaders; ///< JSON object
    std::string_view lastErrorReason;
    std::string_view lastErrorMessage;
    std::string_view lastErrorSource;
    std::string_view lastErrorSection;
    int responseCode = 0;
    std::optional<int> backendResponseCode; ///< empty: no answer
    std::int64_t totalMs = 0;
    std::int64_t backendMs = 0;
    std::int64_t clientMs = 0;
    std::int64_t requestBytes = 0;
    std::int64_t responseBytes = 0;
};

/// The tokens of a request: a row of ApiManagementGatewayLlmLog.
struct LlmRow
{
    DateTime time;
    std::string_view correlationId;
    std::string_view requestId;
    std::string_view region;
    std::string_view apiVersion;
    std::string_view deployment;
    std::string_view model;
    bool stream = false;
    std::optional<std::int64_t> promptTokens; ///< empty: nobody knows
    std::optional<std::int64_t> completionTokens;
    std::optional<std::int64_t> totalTokens;
};

/// One attempt at a backend: a row of AppDependencies.
struct DependencyRow
{
    DateTime time;                ///< when the attempt began
    std::string_view operationId; ///< the request's CorrelationId
    std::string_view id;
    std::string_view target; ///< the backend's name
    std::string_view name;   ///< "POST /deployments/gpt-4o/chat/completions"
    std::string_view data;   ///< the backend's URL without its query
    std::string_view operationName;
    std::string_view roleName;
    std::string_view resultCode; ///< "0": no answer
    std::string_view properties; ///< JSON object
    double durationMs = 0;
    bool success = false;
};

/// Rows on their way into the store, already in its encoding: built by one thread, outside every lock.
class RowBatch
{
public:
    void add(const GatewayRow& row);
    void add(const LlmRow& row);
    void add(const DependencyRow& row);

    [[nodiscard]] bool empty() const { return m_rows == 0; }
    [[nodiscard]] int rows() const { return m_rows; }
    [[nodiscard]] const std::string& bytes() const { return m_bytes; }

private:
    friend class RowWriter;
    std::string m_bytes;
    int m_rows = 0;
};

/// Writes one row of any table into a batch, column by column in the order of the table's spec; a column that
/// is left out shows the table's constant, or null. The row is complete when the writer is destroyed.
class RowWriter
{
public:
    RowWriter(RowBatch& batch, TableId table, DateTime time);
    RowWriter(const RowWriter&) = delete;
    RowWriter& operator=(const RowWriter&) = delete;
    ~RowWriter();

    /// String, Dynamic, Guid. An empty text is left out.
    RowWriter& text(std::size_t column, std::string_view value);
    /// Int, Long, DateTime (ticks), Bool (0, 1).
    RowWriter& integer(std::size_t column, std::int64_t value);
    RowWriter& integer(std::size_t column, const std::optional<std::int64_t>& value);
    RowWriter& real(std::size_t column, double value);

private:
    void mark(std::size_t column);

    RowBatch& m_batch;
    std::size_t m_start;
    std::size_t m_next = 0;
};

} // namespace gatehouse::local
