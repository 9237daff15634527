// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/gateway/endpoint.h"
#include "core/local/upstream/httpconnection.h"

#include <memory>
#include <string>

namespace gatehouse::local {

/// How a real endpoint wants to be called.
struct HttpEndpointSettings
{
    HttpTarget target;
    std::string apiKey;       ///< sent as api-key and as bearer; "" for none. Never logged.
    std::string model;        ///< written into the body in place of the caller's; "" leaves the body as it is
    bool openAiPaths = false; ///< {path}/chat/completions instead of {path}/deployments/{d}/chat/completions
};

/// An OpenAI-compatible endpoint over HTTP/1.1 with kept-alive connections. Any thread.
class HttpEndpoint final : public Endpoint
{
public:
    explicit HttpEndpoint(HttpEndpointSettings settings);

    [[nodiscard]] UpstreamAnswer call(const UpstreamRequest& request) override;
    void interrupt();

private:
    [[nodiscard]] std::string render(const UpstreamRequest& request) const;

    HttpEndpointSettings m_settings;
    std::string m_headers;            // the same for every request
    std::shared_ptr<HttpPool> m_pool; // shared with the streams that are open
};

} // namespace gatehouse::local
