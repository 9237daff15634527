// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/statementreader.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

constexpr std::array<std::pair<std::string_view, PolicySection>, 4> Sections = {
    {{"inbound", PolicySection::Inbound},
     {"backend", PolicySection::Backend},
     {"outbound", PolicySection::Outbound},
     {"on-error", PolicySection::OnError}}};

/// Those that the gateway's server writes by itself, or that would carry a call elsewhere.
constexpr std::array<std::string_view, 9> OwnHeaders = {
    "content-length", "transfer-encoding", "connection", "host",   "content-encoding",
    "keep-alive",     "upgrade",           "te",         "trailer"};
/// What the gateway signs in with.
constexpr std::array<std::string_view, 3> SignInHeaders = {"authorization", "api-key",
                                                           "ocp-apim-subscription-key"};

bool isToken(std::string_view name)
{
    constexpr std::string_view Marks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::ranges::all_of(name, [Marks](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               Marks.find(c) != std::string_view::npos;
    });
}

/// A number that is written down must be in range; an expression is looked at when it is worked out.
tl::expected<std::optional<PolicyText>, PolicyProblem>
numberText(const PolicyElement& element, std::string_view attribute, std::int64_t least, std::int64_t most)
{
    auto text = optionalText(element, attribute);
    if (!text || !*text || !std::holds_alternative<std::string>(**text))
        return text;
    if (auto number = readNumber(element, attribute, 0, least, most); !number)
        return tl::unexpected(std::move(number.error()));
    return text;
}

/// The texts of the <value> children.
tl::expected<std::vector<PolicyText>, PolicyProblem> valuesOf(const PolicyElement& element)
{
    std::vector<PolicyText> values;
    for (const PolicyElement& child : element.children()) {
        if (child.name() != "value")
            return problemAt(child, "The element 'set-header' holds elements 'value'.");
        auto text = readText(child, {}, trimmed(child.text()));
        if (!text)
            return tl::unexpected(std::move(text.error()));
        values.push_back(std::move(*text));
    }
    return values;
}

tl::expected<SetHeader, PolicyProblem> headerOf(const PolicyElement& element)
{
    if (auto known = onlyAttributes(element, {"name", "exists-action"}); !known)
        return tl::unexpected(std::move(known.error()));
    SetHeader set;
    set.name = element.attribute("name").value_or("");
    if (!isToken(set.name))
        return problemAt(element, "The name of a header must be a text without blanks or an expression.",
                         "name");
    const std::string action = element.attribute("exists-action").value_or("override");
    static constexpr std::array<std::string_view, 4> Actions = {"override", "skip", "append", "delete"};
    const auto* const found = std::ranges::find(Actions, action);
    if (found == Actions.end())
        return problemAt(element, "The exists-action must be override, skip, append or delete.",
                         "exists-action");
    set.whenThere = static_cast<SetHeader::WhenThere>(found - Actions.begin());
    if (std::ranges::find(OwnHeaders, toLower(set.name)) != OwnHeaders.end())
        return problemAt(element, "The embedded gateway sets the header '" + set.name + "' by itself.",
                         "name");
    auto values = valuesOf(element);
    if (!values)
        return tl::unexpected(std::move(values.error()));
    if (values->empty() && set.whenThere != SetHeader::WhenThere::Delete)
        return problemAt(element, "A set-header needs a value, unless it deletes.");
    set.values = std::move(*values);
    return set;
}

template <typename Statement>
ReadStatement statement(Statement what)
{
    return PolicyStatement{std::move(what)};
}

} // namespace

std::string_view toString(PolicySection section)
{
    for (const auto& [name, known] : Sections) {
        if (known == section)
            return name;
    }
    return "fragment";
}

std::optional<PolicySection> policySection(std::string_view name)
{
    for (const auto& [known, section] : Sections) {
        if (known == name)
            return section;
    }
    return std::nullopt;
}

ReadStatement readSetVariable(const PolicyElement& element)
{
    const auto name = requiredText(element, "name");
    auto value = requiredText(element, "value");
    if (!name || !value)
        return tl::unexpected(!name ? name.error() : value.error());
    const auto* plain = std::get_if<std::string>(&*name);
    if (plain == nullptr)
        return problemAt(element, "The name of a variable cannot be an expression.", "name");
    return statement(SetVariable{*plain, std::move(*value)});
}

ReadStatement readSetBackend(const PolicyElement& element)
{
    if (element.attribute("base-url"))
        return problemAt(element, "The embedded gateway knows backends by backend-id only.", "base-url");
    auto id = requiredText(element, "backend-id");
    if (!id)
        return tl::unexpected(std::move(id.error()));
    return statement(SetBackend{std::move(*id)});
}

ReadStatement readRewriteUri(const PolicyElement& element)
{
    auto path = requiredText(element, "template");
    if (!path)
        return tl::unexpected(std::move(path.error()));
    return statement(RewriteUri{std::move(*path)});
}

ReadStatement readSetHeader(const PolicyElement& element, PolicySection section)
{
    auto set = headerOf(element);
    if (!set)
        return tl::unexpected(std::move(set.error()));
    const std::string name = toLower(set->name);
    const bool deletes = set->whenThere == SetHeader::WhenThere::Delete;
    if (!deletes && section == PolicySection::Inbound &&
        std::ranges::find(SignInHeaders, name) != SignInHeaders.end())
        return problemAt(element, "The embedded gateway signs in to its backends by itself.", "name");
    if (name == "content-type")
        return problemAt(element, "The embedded gateway passes the Content-Type on as it is.", "name");
    return statement(std::move(*set));
}

ReadStatement readReturnResponse(const PolicyElement& element)
{
    if (auto known = onlyAttributes(element, {}); !known)
        return tl::unexpected(std::move(known.error()));
    ReturnResponse answer;
    for (const PolicyElement& child : element.children()) {
        if (child.name() == "set-status") {
            auto code = numberText(child, "code", 200, 599);
            if (!code)
                return tl::unexpected(std::move(code.error()));
            if (!*code)
                return problemAt(child, "The attribute 'code' is missing.");
            answer.status = std::move(**code);
        } else if (child.name() == "set-header") {
            auto header = headerOf(child);
            if (!header)
                return tl::unexpected(std::move(header.error()));
            answer.headers.push_back(std::move(*header));
        } else if (child.name() == "set-body") {
            if (auto known = onlyAttributes(child, {}); !known)
                return tl::unexpected(std::move(known.error()));
            const std::string text = trimmed(child.text());
            auto body = readText(child, {}, gateway::isExpression(text) ? text : child.text());
            if (!body)
                return tl::unexpected(std::move(body.error()));
            answer.body = std::move(*body);
        } else {
            return problemAt(child, "The element '" + child.name() +
                                        "' in 'return-response' is not supported by the embedded gateway.");
        }
    }
    return statement(std::move(answer));
}

ReadStatement readContentSafety(const PolicyElement& element)
{
    if (auto known = onlyAttributes(element, {"backend-id", "shield-prompt", "enforce-on-completions",
                                              "window-size", "window-overlap-size"});
        !known)
        return tl::unexpected(std::move(known.error()));
    if (element.attribute("backend-id").value_or("").empty())
        return problemAt(element, "The attribute 'backend-id' is missing.");
    const auto shield = readFlag(element, "shield-prompt", false);
    const auto completions = readFlag(element, "enforce-on-completions", false);
    if (!shield || !completions)
        return tl::unexpected(!shield ? shield.error() : completions.error());
    if (*completions)
        return problemAt(element, "The embedded gateway screens prompts only.", "enforce-on-completions");
    if (!*shield)
        return problemAt(element,
                         "Of llm-content-safety the embedded gateway does shield-prompt=\"true\" only.",
                         "shield-prompt");
    if (auto alone = noChildren(element); !alone)
        return tl::unexpected(std::move(alone.error()));
    return statement(ScreenPrompt{});
}

ReadStatement readForwardRequest(const PolicyElement& element)
{
    if (auto known =
            onlyAttributes(element, {"timeout", "timeout-ms", "buffer-request-body", "buffer-response",
                                     "fail-on-error-status-code", "http-version", "follow-redirects"});
        !known)
        return tl::unexpected(std::move(known.error()));
    ForwardRequest forward;
    forward.plain = element.attributes().empty();
    forward.limitInMs = element.attribute("timeout-ms").has_value();
    auto limit = forward.limitInMs ? numberText(element, "timeout-ms", 1, MaxWaitSeconds * 1'000)
                                   : numberText(element, "timeout", 1, MaxWaitSeconds);
    const auto buffersBody = readFlag(element, "buffer-request-body", false);
    const auto buffersAnswer = readFlag(element, "buffer-response", true);
    const auto fails = readFlag(element, "fail-on-error-status-code", false);
    const auto follows = readFlag(element, "follow-redirects", false);
    if (!limit)
        return tl::unexpected(std::move(limit.error()));
    for (const auto* flag : {&buffersBody, &buffersAnswer, &fails, &follows}) {
        if (!*flag)
            return tl::unexpected(flag->error());
    }
    if (*follows)
        return problemAt(element, "The embedded gateway follows no redirects.", "follow-redirects");
    forward.limit = std::move(*limit);
    forward.failOnError = *fails;
    return statement(std::move(forward));
}

tl::expected<Retry, PolicyProblem> readRetry(const PolicyElement& element)
{
    if (auto known = onlyAttributes(
            element, {"condition", "count", "interval", "max-interval", "delta", "first-fast-retry"});
        !known)
        return tl::unexpected(std::move(known.error()));
    auto condition = requiredText(element, "condition");
    if (!condition)
        return tl::unexpected(std::move(condition.error()));
    auto count = numberText(element, "count", 1, 50);
    auto interval = numberText(element, "interval", 0, MaxWaitSeconds);
    auto most = numberText(element, "max-interval", 0, MaxWaitSeconds);
    auto delta = numberText(element, "delta", 0, MaxWaitSeconds);
    auto fast = optionalText(element, "first-fast-retry");
    for (auto* each : {&count, &interval, &most, &delta, &fast}) {
        if (!*each)
            return tl::unexpected(std::move(each->error()));
    }
    if (!*count || !*interval)
        return problemAt(element,
                         std::string("The attribute '") + (*count ? "interval" : "count") + "' is missing.");
    if (*fast && std::holds_alternative<std::string>(**fast)) {
        if (auto flag = readFlag(element, "first-fast-retry", false); !flag)
            return tl::unexpected(std::move(flag.error()));
    }
    return Retry{std::move(*condition),
                 std::move(**count),
                 std::move(**interval),
                 std::move(*most),
                 std::move(*delta),
                 std::move(*fast),
                 {}};
}

} // namespace gatehouse::local
