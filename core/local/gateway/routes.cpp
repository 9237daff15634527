// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/routes.h"

#include "core/base/encoding.h"
#include "core/base/json.h"
#include "core/local/gateway/faults.h"
#include "core/local/gateway/gatewayservice.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxModelBody = 20U << 20U;
constexpr std::size_t MaxHeaderValue = 256; ///< of a business tag; longer ones are cut in the log

/// What of the request's headers is logged. Nothing else ever is: keys and tokens travel there.
constexpr std::array<const char*, 8> LoggedHeaders = {
    "x-gh-application", "x-gh-environment", "x-gh-feature", "x-gh-geography",
    "x-gh-owner",       "x-gh-sensitivity", "x-gh-task",    "User-Agent"};

HeaderList loggedHeaders(const httplib::Request& request)
{
    HeaderList headers;
    for (const char* name : LoggedHeaders) {
        const auto found = request.headers.find(name);
        if (found == request.headers.end())
            continue;
        std::string value = found->second.substr(0, MaxHeaderValue);
        // Header bytes are whatever the client sent; the log is UTF-8.
        std::ranges::replace_if(
            value, [](char c) { return static_cast<unsigned char>(c) >= 0x80U; }, '?');
        headers.emplace_back(name, std::move(value));
    }
    return headers;
}

GatewayCall callFrom(const httplib::Request& request, Operation operation)
{
    GatewayCall call;
    call.operation = operation;
    const auto version = request.params.find("api-version");
    if (version != request.params.end())
        call.apiVersion = version->second;
    call.body = request.body;
    call.headers = loggedHeaders(request);
    call.callerIp = request.remote_addr;
    call.credentials = [&request](std::string_view name, bool inQuery) -> std::string_view {
        if (inQuery) {
            const auto found = request.params.find(std::string(name));
            return found == request.params.end() ? std::string_view{} : std::string_view(found->second);
        }
        const auto found = request.headers.find(std::string(name));
        return found == request.headers.end() ? std::string_view{} : std::string_view(found->second);
    };
    return call;
}

/// Hands the stream to httplib piece by piece. A false ends the connection without the chunked end, which is
/// how a client sees that the answer was cut.
bool pump(AnswerStream& stream, std::string& chunk, httplib::DataSink& sink)
{
    const AnswerStream::Step step = stream.next(chunk);
    if (step == AnswerStream::Step::Cut)
        return false;
    if (!chunk.empty() && !sink.write(chunk.data(), chunk.size()))
        return false;
    if (step == AnswerStream::Step::Last)
        sink.done();
    return true;
}

void give(GatewayAnswer answer, httplib::Response& response)
{
    response.status = answer.status;
    for (auto& [name, value] : answer.headers) {
        response.headers.erase(name);
        response.headers.emplace(std::move(name), std::move(value));
    }
    if (answer.stream == nullptr) {
        response.body = std::move(answer.body);
        response.headers.erase("Content-Type");
        response.headers.emplace("Content-Type", std::move(answer.contentType));
        return;
    }
    response.set_header("Cache-Control", "no-cache");
    // httplib copies the provider, so what it owns is shared.
    std::shared_ptr<AnswerStream> stream = std::move(answer.stream);
    auto chunk = std::make_shared<std::string>();
    response.set_chunked_content_provider(
        answer.contentType,
        [stream, chunk](std::size_t, httplib::DataSink& sink) { return pump(*stream, *chunk, sink); });
}

void addModelRoute(Router& router, GatewayService& gateway, Operation operation)
{
    Route route;
    route.method = "POST";
    route.pattern = "/openai/deployments/{deployment}/" + std::string(pathOf(operation));
    route.access = Access::Gateway;
    route.maxBodyBytes = MaxModelBody;
    route.handler = [&gateway, operation](Exchange& exchange) {
        GatewayCall call = callFrom(exchange.request, operation);
        call.deployment = exchange.parameters.front();
        call.caller = std::move(exchange.caller);
        give(gateway.handle(call), exchange.response);
    };
    route.onRefused = [&gateway, operation](const httplib::Request& request, httplib::Response& response) {
        GatewayCall call = callFrom(request, operation);
        call.body = {};
        const std::string_view path =
            std::string_view(request.path).substr(std::string_view("/openai/deployments/").size());
        call.deployment = path.substr(0, path.find('/'));
        const auto refusal = parseJson(response.body);
        const Json& error = refusal ? memberAt(*refusal, "error") : memberAt(Json(), "error");
        const GatewayAnswer answer =
            gateway.refuse(call, response.status, textAt(error, "code"), textAt(error, "message"));
        for (const auto& [name, value] : answer.headers) {
            response.headers.erase(name);
            response.set_header(name, value);
        }
    };
    router.add(std::move(route));
}

void addFaultRoutes(Router& router, GatewayService& gateway, FaultBoard& faults)
{
    router.add({"GET", "/faults", Access::ArmAdmin, 0, [&faults](Exchange& exchange) {
                    answerJson(exchange.response, 200, dumpJson(faults.document()));
                }});
    router.add({"PUT", "/faults", Access::ArmAdmin, 64U << 10U, [&gateway, &faults](Exchange& exchange) {
                    const auto document = parseJson(exchange.request.body);
                    const Status done = document ? faults.replace(*document, gateway.backendNames())
                                                 : Status(tl::unexpected<Error>(document.error()));
                    if (done)
                        answerJson(exchange.response, 200, dumpJson(faults.document()));
                    else
                        answerError(exchange.response, 400, "InvalidFaults",
                                    done.error().message + " " + done.error().advice);
                }});
}

} // namespace

void addGatewayRoutes(Router& router, GatewayService& gateway, FaultBoard& faults)
{
    addModelRoute(router, gateway, Operation::ChatCompletions);
    addModelRoute(router, gateway, Operation::Embeddings);
    router.add({"GET", "/metrics", Access::Arm, 0, [&gateway](Exchange& exchange) {
                    exchange.response.set_content(gateway.metrics(),
                                                  "text/plain; version=0.0.4; charset=utf-8");
                }});
    router.add({"GET", "/status", Access::Arm, 0,
                [&gateway](Exchange& exchange) { answerJson(exchange.response, 200, gateway.status()); }});
    addFaultRoutes(router, gateway, faults);
}

} // namespace gatehouse::local
