// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/authorizedclient.h"
#include "core/base/json.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::azure {

/// One sample of a Prometheus text (exposition format 0.0.4).
struct PrometheusSample
{
    std::string name;
    std::map<std::string, std::string> labels;
    double value = 0; ///< may be NaN or infinite
};

/// Lines that are no sample are passed over. Never fails.
[[nodiscard]] std::vector<PrometheusSample> parsePrometheus(std::string_view text);

/// A gateway that reports about itself, as the embedded one does; APIM has none of these. Main thread.
class GatewayClient final : public QObject
{
public:
    /// The token is one for Azure Resource Manager.
    GatewayClient(AuthorizedClient& client, std::string origin, std::string scope, QObject* parent = nullptr);

    /// The Prometheus text.
    [[nodiscard]] QFuture<Result<std::string>> metricsText(std::stop_token stop);
    [[nodiscard]] QFuture<Result<Json>> status(std::stop_token stop);
    [[nodiscard]] QFuture<Result<Json>> faults(std::stop_token stop);
    /// Replaces the whole document.
    [[nodiscard]] QFuture<Status> setFaults(const Json& document, std::stop_token stop);

private:
    [[nodiscard]] QFuture<Result<std::string>> send(const std::string& method, const char* path,
                                                    std::string body, std::stop_token stop);
    [[nodiscard]] QFuture<Result<Json>> getJson(const char* path, std::stop_token stop);

    AuthorizedClient& m_client;
    std::string m_origin;
    std::string m_scope;
};

} // namespace gatehouse::azure
