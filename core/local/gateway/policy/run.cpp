// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/run.h"

#include "core/base/encoding.h"
#include "core/local/gateway/policy/promptscreen.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

using gateway::ExpressionValue;
using gateway::Millis;

constexpr std::string_view DeploymentsPath = "/deployments/";

std::string_view firstSegment(std::string_view path)
{
    return path.substr(0, path.find_first_of("/?"));
}

/// A header may hold no line break: it would begin another header.
bool fitsHeader(std::string_view value)
{
    return std::ranges::none_of(value, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20U && c != '\t') || byte == 0x7fU;
    });
}

class Runner
{
public:
    Runner(PolicyRun& run, PolicyOutcome& outcome)
        : m_run(run)
        , m_outcome(outcome)
        , m_evaluator(run.context)
    {
        m_run.context.variable = [this](std::string_view name) -> std::optional<ExpressionValue> {
            const auto found = m_outcome.variables.find(name);
            return found == m_outcome.variables.end() ? std::nullopt : std::optional(found->second);
        };
        m_run.context.header = [this, logged = std::move(m_run.context.header)](std::string_view name) {
            if (!m_outcome.requestHeaders.empty()) {
                const auto found = m_outcome.requestHeaders.find(toLower(name));
                if (found != m_outcome.requestHeaders.end())
                    return found->second;
            }
            return logged ? logged(name) : std::nullopt;
        };
    }
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;
    ~Runner()
    {
        m_run.context.variable = nullptr;
        m_run.context.header = nullptr;
    }

    Status block(const PolicyBlock& statements)
    {
        for (const PolicyStatement& statement : statements) {
            const Status done =
                std::visit([this](const auto& what) { return execute(what); }, statement.what);
            if (!done || over())
                return done;
        }
        return {};
    }

private:
    [[nodiscard]] bool over() const { return m_outcome.ending.has_value() || m_run.stopped; }

    Status execute(const SetVariable& set)
    {
        auto worked = m_evaluator.value(set.value);
        if (!worked)
            return fail(worked.error());
        m_outcome.variables.insert_or_assign(set.name, std::move(*worked));
        return {};
    }

    Status execute(const SetBackend& set)
    {
        auto id = m_evaluator.text(set.backendId);
        if (!id)
            return fail(id.error());
        m_outcome.backendId = std::move(*id);
        return {};
    }

    Status execute(const RewriteUri& rewrite)
    {
        const auto path = m_evaluator.text(rewrite.path);
        if (!path)
            return fail(path.error());
        const std::size_t at = path->find(DeploymentsPath);
        if (at == std::string::npos)
            return fail(Error::Kind::InvalidInput, "The rewritten path names no deployment.");
        m_outcome.deployment = firstSegment(std::string_view(*path).substr(at + DeploymentsPath.size()));
        return {};
    }

    Status execute(const Choose& choose)
    {
        for (const PolicyBranch& branch : choose.branches) {
            const auto holds = m_evaluator.condition(branch.condition);
            if (!holds)
                return fail(holds.error());
            if (*holds)
                return block(branch.block);
        }
        return block(choose.otherwise);
    }

    Status execute(const CountLimit& limit) { return addLimits(limit, m_evaluator, m_run.demand, m_outcome); }

    Status execute(const SetHeader& set);
    Status execute(const ReturnResponse& answer);
    Status execute(const CheckToken& check);
    Status execute(const ScreenPrompt& screen);
    Status execute(const ForwardRequest& forward);
    Status execute(const Retry& retry);
    Result<std::string> joined(const std::vector<PolicyText>& values) const;
    void changeRequest(const SetHeader& set, std::string value);
    Result<Millis> pauseBefore(const Retry& retry, std::int64_t number) const;

    PolicyRun& m_run;
    PolicyOutcome& m_outcome;
    PolicyEvaluator m_evaluator;
};

Result<std::string> Runner::joined(const std::vector<PolicyText>& values) const
{
    std::string text;
    for (const PolicyText& value : values) {
        const auto worked = m_evaluator.text(value);
        if (!worked)
            return fail(worked.error());
        text += (text.empty() ? "" : ", ") + *worked;
    }
    if (!fitsHeader(text))
        return fail(Error::Kind::InvalidInput, "The value of a header holds a line break.");
    return text;
}

/// Before there is an answer a set-header is about the request.
Status Runner::execute(const SetHeader& set)
{
    auto value = joined(set.values);
    if (!value)
        return fail(value.error());
    if (m_run.context.responseStatus || m_run.context.lastError)
        m_outcome.answerHeaders.push_back({set.name, set.whenThere, std::move(*value)});
    else
        changeRequest(set, std::move(*value));
    return {};
}

void Runner::changeRequest(const SetHeader& set, std::string value)
{
    const std::optional<std::string> before = m_run.context.header(set.name);
    std::optional<std::string>& now = m_outcome.requestHeaders[toLower(set.name)];
    switch (set.whenThere) {
    case SetHeader::WhenThere::Override:
        now = std::move(value);
        break;
    case SetHeader::WhenThere::Skip:
        now = before ? before : std::optional(std::move(value));
        break;
    case SetHeader::WhenThere::Append:
        now = before ? *before + ", " + value : std::move(value);
        break;
    case SetHeader::WhenThere::Delete:
        now.reset();
        break;
    }
}

Status Runner::execute(const ReturnResponse& answer)
{
    PolicyEnding ending;
    const auto status = m_evaluator.number(answer.status, "code", 200, 599);
    auto body = m_evaluator.text(answer.body);
    if (!status || !body)
        return fail(!status ? status.error() : body.error());
    ending.status = static_cast<int>(*status);
    ending.body = std::move(*body);
    for (const SetHeader& header : answer.headers) {
        auto value = joined(header.values);
        if (!value)
            return fail(value.error());
        if (toLower(header.name) == "content-type")
            ending.contentType = std::move(*value);
        else
            m_outcome.answerHeaders.push_back({header.name, header.whenThere, std::move(*value)});
    }
    m_outcome.ending = std::move(ending);
    return {};
}

Status Runner::execute(const CheckToken& check)
{
    const TokenVerdict verdict = checkToken(check.rules, m_run.credentials, m_run.tokens, m_run.now);
    if (verdict.reason.empty()) {
        for (auto& [name, text] : claimVariables(check.rules, verdict.claims))
            m_outcome.variables.insert_or_assign(name, ExpressionValue(std::move(text)));
        return {};
    }
    PolicyEnding ending;
    ending.status = check.rules.status;
    ending.message = check.rules.message.empty() ? verdict.message : check.rules.message;
    ending.refusal = true;
    ending.counts = false;
    ending.reason = verdict.reason;
    ending.source = check.rules.source;
    m_outcome.ending = std::move(ending);
    return {};
}

Status Runner::execute(const ScreenPrompt&)
{
    if (!holdsInjection(m_run.operation, m_run.body))
        return {};
    PolicyEnding ending;
    ending.status = 403;
    ending.message = "Request failed content safety check.";
    ending.refusal = true;
    ending.reason = "ContentSafetyViolation";
    ending.source = "llm-content-safety";
    m_outcome.ending = std::move(ending);
    return {};
}

Status Runner::execute(const ForwardRequest& forward)
{
    ForwardOrder order;
    order.backendId = m_outcome.backendId;
    if (forward.limit) {
        const auto limit = m_evaluator.number(*forward.limit, "timeout", 1,
                                              forward.limitInMs ? MaxWaitSeconds * 1'000 : MaxWaitSeconds);
        if (!limit)
            return fail(limit.error());
        order.limit = Millis(forward.limitInMs ? *limit : *limit * 1'000);
    }
    const int status = m_run.forward(order);
    m_run.context.responseStatus = status;
    m_run.failedByOrder = forward.failOnError && status >= 400;
    return {};
}

/// Microsoft Learn, retry: fixed with interval alone, linear with delta, exponential with delta and
/// max-interval (10, 20, 40 s for interval 10 and delta 10). The spread that APIM draws on delta is left out.
Result<Millis> Runner::pauseBefore(const Retry& retry, std::int64_t number) const
{
    const auto interval = m_evaluator.number(retry.interval, "interval", 0, MaxWaitSeconds);
    const Result<std::int64_t> delta =
        retry.delta ? m_evaluator.number(*retry.delta, "delta", 0, MaxWaitSeconds) : std::int64_t{0};
    const Result<std::int64_t> most =
        retry.maxInterval ? m_evaluator.number(*retry.maxInterval, "max-interval", 0, MaxWaitSeconds)
                          : MaxWaitSeconds;
    const Result<bool> fast = retry.firstFast ? m_evaluator.condition(*retry.firstFast) : Result<bool>(false);
    if (!interval || !delta || !most || !fast)
        return fail(!interval ? interval.error()
                    : !delta  ? delta.error()
                    : !most   ? most.error()
                              : fast.error());
    if (*fast && number == 1)
        return Millis(0);
    const std::int64_t step = *fast ? number - 1 : number;
    const std::int64_t doubled = std::int64_t{1} << std::min<std::int64_t>(step - 1, 20);
    const std::int64_t growth = retry.maxInterval ? doubled - 1 : step - 1;
    return Millis(std::min(*interval + growth * *delta, *most) * 1'000);
}

Status Runner::execute(const Retry& retry)
{
    const auto count = m_evaluator.number(retry.count, "count", 1, 50);
    if (!count)
        return fail(count.error());
    for (std::int64_t retries = 0;; ++retries) {
        const Status done = block(retry.block);
        if (!done || over() || retries == *count)
            return done;
        const auto again = m_evaluator.condition(retry.condition);
        if (!again)
            return fail(again.error());
        if (!*again)
            return {};
        const auto pause = pauseBefore(retry, retries + 1);
        if (!pause)
            return fail(pause.error());
        if (pause->count() > 0 && !m_run.sleep(*pause)) {
            m_run.stopped = true;
            return {};
        }
    }
}

} // namespace

Status runSection(const PolicyBlock& block, PolicyRun& run, PolicyOutcome& outcome)
{
    return Runner(run, outcome).block(block);
}

void applyHeaders(const std::vector<HeaderChange>& changes,
                  std::vector<std::pair<std::string, std::string>>& headers)
{
    for (const HeaderChange& change : changes) {
        const auto found = std::ranges::find_if(
            headers, [&change](const auto& header) { return equalsIgnoreCase(header.first, change.name); });
        if (change.whenThere == SetHeader::WhenThere::Delete) {
            std::erase_if(headers, [&change](const auto& header) {
                return equalsIgnoreCase(header.first, change.name);
            });
        } else if (found == headers.end()) {
            headers.emplace_back(change.name, change.value);
        } else if (change.whenThere == SetHeader::WhenThere::Override) {
            found->second = change.value;
        } else if (change.whenThere == SetHeader::WhenThere::Append) {
            found->second += ", " + change.value;
        }
    }
}

} // namespace gatehouse::local
