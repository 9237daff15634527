// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/sample/callmaker.h"

#include "core/local/gateway/draw.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

constexpr std::string_view ApiVersion = "2024-10-21";
/// Shares of calls that a caller gets wrong.
constexpr double InvalidShare = 0.004;
constexpr double UnknownDeploymentShare = 0.002;
constexpr double UnauthorizedShare = 0.002;
constexpr double AsksForUsage = 0.5; ///< of the streams
constexpr int MostWords = 4'000;     ///< below the limit on a message's characters

constexpr std::array<std::string_view, 32> Words = {
    "order",  "customer",  "please",  "summary", "invoice",  "delivery", "contract", "policy",
    "review", "translate", "table",   "meeting", "change",   "request",  "answer",   "product",
    "return", "account",   "status",  "the",     "of",       "for",      "with",     "and",
    "report", "month",     "service", "update",  "question", "reason",   "next",     "step"};

/// People who call with a token of their own.
constexpr std::array<std::string_view, 3> People = {"2f0c8f1e-7d43-4c5b-9a60-1b7e5d3c9a11",
                                                    "5b9d2a74-0e6f-4f83-8c21-94d7a6b3e022",
                                                    "8e4a6c03-31b5-4d9e-b7f8-60c2f19d7033"};

} // namespace

CallMaker::CallMaker(std::uint64_t seed)
    : m_random(seed)
{}

double CallMaker::unit()
{
    return nextUnit(m_random);
}

const ServiceProfile& CallMaker::pickService(DateTime moment)
{
    double total = 0;
    for (const ServiceProfile& service : serviceProfiles())
        total += service.weight * activityAt(moment, service.nightShare);
    double left = unit() * total;
    for (const ServiceProfile& service : serviceProfiles()) {
        left -= service.weight * activityAt(moment, service.nightShare);
        if (left < 0)
            return service;
    }
    return serviceProfiles().back();
}

int CallMaker::wordsAround(int typical)
{
    const double spread = unit();
    return std::max(3, static_cast<int>(typical * (0.3 + 1.7 * spread * spread)));
}

void CallMaker::addWords(int count, std::string& text)
{
    for (int i = 0; i < count; ++i) {
        text += i == 0 ? "" : " ";
        text += Words[nextRandom(m_random) % Words.size()];
    }
}

void CallMaker::writeChat(const ServiceProfile& service, double promptFactor, std::string& body)
{
    const bool stream = unit() < service.streamShare;
    const int words = std::min(MostWords, static_cast<int>(wordsAround(service.promptWords) * promptFactor));
    body = R"({"messages":[{"role":"system","content":"You help with )";
    body += service.task.empty() ? std::string_view("questions") : service.task;
    body += R"(."},{"role":"user","content":")";
    addWords(words, body);
    body += R"("}],"temperature":0.2,"max_tokens":)" + std::to_string(service.maxTokens);
    if (stream)
        body += unit() < AsksForUsage ? R"(,"stream":true,"stream_options":{"include_usage":true})"
                                      : R"(,"stream":true)";
    body += '}';
}

void CallMaker::writeEmbeddings(const ServiceProfile& service, double promptFactor, std::string& body)
{
    body = R"({"input":")";
    addWords(std::min(MostWords, static_cast<int>(wordsAround(service.promptWords) * promptFactor)), body);
    body += R"(","encoding_format":"base64"})";
}

void CallMaker::make(const ServiceProfile& service, double promptFactor, SampleCall& into)
{
    GatewayCall& call = into.call;
    call = GatewayCall{};
    call.apiVersion = ApiVersion;
    double left = unit();
    call.deployment = service.uses.back().deployment;
    for (const ModelUse& use : service.uses) {
        left -= use.share;
        if (left < 0) {
            call.deployment = use.deployment;
            break;
        }
    }
    if (call.deployment.find("embedding") != std::string_view::npos) {
        call.operation = Operation::Embeddings;
        writeEmbeddings(service, promptFactor, into.body);
    } else {
        writeChat(service, promptFactor, into.body);
    }
    const double fate = unit();
    if (fate < InvalidShare)
        into.body = R"({"messages":[],"input":[]})";
    else if (fate < InvalidShare + UnknownDeploymentShare)
        call.deployment = "gpt-4-32k";
    into.unauthorized = fate >= 1 - UnauthorizedShare;
    call.body = into.body;
    call.callerIp = "10.20." + std::to_string(nextRandom(m_random) % 4) + "." +
                    std::to_string(10 + nextRandom(m_random) % 40);
    if (service.subscription.empty()) {
        call.caller.objectId = People[nextRandom(m_random) % People.size()];
        call.headers = {{"User-Agent", "AzureOpenAI/JS 4.77.0"}};
        return;
    }
    call.caller.subscriptionId = service.subscription;
    call.headers = {{"x-gh-application", std::string(service.subscription)},
                    {"x-gh-environment", unit() < 0.9 ? "production" : "test"},
                    {"x-gh-feature", std::string(service.feature)},
                    {"x-gh-owner", std::string(service.owner)},
                    {"x-gh-sensitivity", std::string(service.sensitivity)},
                    {"x-gh-task", std::string(service.task)},
                    {"User-Agent", std::string(service.subscription) + "/1.0"}};
}

} // namespace gatehouse::local
