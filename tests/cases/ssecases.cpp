// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cases/cases.h"

#include "core/base/sse.h"
#include "core/gateway/chatstream.h"

#include <limits>
#include <numeric>

namespace gatehouse::cases {

namespace {

constexpr std::string_view Replacement = "\xEF\xBF\xBD";

struct Outcome
{
    std::vector<SseEvent> events;
    std::vector<std::size_t> eventsAfterChunk;
    std::string lastEventId;
    std::optional<std::int64_t> retryMs;
    bool pending = false;
};

Outcome parse(const std::vector<std::string>& chunks)
{
    SseLimits limits;
    limits.maxRetryMs = std::numeric_limits<std::int64_t>::max(); // these cases know no clamp
    SseParser parser(limits);
    Outcome outcome;
    for (const std::string& chunk : chunks) {
        parser.feed(chunk, outcome.events);
        outcome.eventsAfterChunk.push_back(outcome.events.size());
    }
    outcome.pending = parser.finish();
    outcome.lastEventId = parser.lastEventId();
    outcome.retryMs = parser.reconnectionTimeMs();
    return outcome;
}

std::string collapsed(const std::string& text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const bool replaced = std::string_view(text).substr(i, 3) == Replacement;
        if (!replaced || std::string_view(result).size() < 3 ||
            std::string_view(result).substr(result.size() - 3) != Replacement)
            result.append(text, i, replaced ? 3 : 1);
        i += replaced ? 3 : 1;
    }
    return result;
}

bool sameText(const std::string& got, const std::string& expected, bool acceptCollapsed)
{
    return got == expected || (acceptCollapsed && collapsed(got) == collapsed(expected));
}

/// null, a number, or a quoted number beyond what a JSON number can hold, which we clamp.
bool sameRetry(std::optional<std::int64_t> got, const Json& expected)
{
    if (expected.is_null())
        return !got;
    constexpr std::int64_t Most = std::numeric_limits<std::int64_t>::max();
    Json holder = {{"value", expected}};
    return got == integerAt(holder, "value", Most);
}

std::string compareEvents(const Outcome& got, const Json& testCase)
{
    const Json& expected = testCase.at("expect").at("events");
    const bool collapse = boolAt(testCase, "accept_collapsed_fffd");
    if (got.events.size() != expected.size())
        return std::to_string(got.events.size()) + " events instead of " + std::to_string(expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const Json& event = expected.at(i);
        if (!sameText(got.events[i].data, textAt(event, "data"), collapse))
            return "the data of event " + std::to_string(i) + " is " + dumpJson(got.events[i].data);
        if (!sameText(got.events[i].type, textAt(event, "type"), collapse) ||
            !sameText(got.events[i].lastEventId, textAt(event, "lastEventId"), collapse))
            return "the type or id of event " + std::to_string(i) + " is another";
    }
    return {};
}

std::string compare(const Outcome& got, const Json& testCase)
{
    const Json& expect = testCase.at("expect");
    if (std::string why = compareEvents(got, testCase); !why.empty())
        return why;
    if (!sameText(got.lastEventId, textAt(expect, "last_event_id"),
                  boolAt(testCase, "accept_collapsed_fffd")))
        return "the last event id is " + dumpJson(got.lastEventId);
    if (!sameRetry(got.retryMs, memberAt(expect, "reconnection_time_ms")))
        return "the reconnection time is " + std::to_string(got.retryMs.value_or(-1));
    if (expect.contains("pending_discarded_at_eof") &&
        got.pending != boolAt(expect, "pending_discarded_at_eof"))
        return got.pending ? "something was pending at the end" : "nothing was pending at the end";
    return {};
}

std::string compareUsage(const std::optional<gateway::TokenUsage>& got, const Json& expected)
{
    if (expected.is_null())
        return got ? "there is a usage" : "";
    if (!got)
        return "there is no usage";
    const auto differs = [&](const char* name, const char* shortName, std::int64_t value) {
        const std::int64_t other = integerAt(expected, name, integerAt(expected, shortName, value));
        return other != value;
    };
    if (differs("prompt_tokens", "prompt", got->prompt) ||
        differs("completion_tokens", "completion", got->completion) ||
        differs("total_tokens", "total", got->total))
        return "the usage is another";
    return {};
}

std::string compareFailure(const std::optional<gateway::ChatStream::Failure>& got, const Json& expected)
{
    if (expected.is_null())
        return got ? "the error " + got->kind : "";
    if (!got)
        return "there is no error";
    if (got->kind != textAt(expected, "kind") || got->code != textAt(expected, "code", got->code) ||
        got->message != textAt(expected, "message", got->message))
        return "the error is " + got->kind + " “" + got->code + "” “" + got->message + "”";
    return {};
}

std::string toText(gateway::ChatStream::Outcome outcome)
{
    switch (outcome) {
    case gateway::ChatStream::Outcome::Truncated:
        return "truncated";
    case gateway::ChatStream::Outcome::Complete:
        return "complete";
    case gateway::ChatStream::Outcome::Error:
        break;
    }
    return "error";
}

std::string checkChat(const std::vector<std::string>& chunks, const Json& expect)
{
    gateway::ChatStream stream;
    std::string pieces;
    for (const std::string& chunk : chunks) {
        const std::vector<std::string> fed = stream.feed(chunk);
        pieces = std::accumulate(fed.begin(), fed.end(), std::move(pieces));
    }
    stream.finish();
    if (stream.text() != textAt(expect, "text") || pieces != stream.text())
        return "the text is " + dumpJson(stream.text());
    if (stream.deltas() != integerAt(expect, "deltas"))
        return std::to_string(stream.deltas()) + " deltas";
    const Json& reason = memberAt(expect, "finish_reason");
    if (stream.finishReason().has_value() == reason.is_null() ||
        (stream.finishReason() && Json(*stream.finishReason()) != reason))
        return "the finish reason is " + stream.finishReason().value_or("missing");
    if (stream.doneMarker() != boolAt(expect, "done_marker"))
        return stream.doneMarker() ? "[DONE] was seen" : "[DONE] was not seen";
    if (toText(stream.outcome()) != textAt(expect, "outcome"))
        return "the outcome is " + toText(stream.outcome());
    if (std::string why = compareUsage(stream.usage(), memberAt(expect, "usage")); !why.empty())
        return why;
    return compareFailure(stream.failure(), memberAt(expect, "error"));
}

std::string joined(const std::vector<std::string>& chunks)
{
    return std::accumulate(chunks.begin(), chunks.end(), std::string());
}

} // namespace

std::string checkParserCase(const Json& testCase)
{
    const std::vector<std::string> chunks = chunksOf(testCase);
    const Outcome asGiven = parse(chunks);
    if (std::string why = compare(asGiven, testCase); !why.empty())
        return why;
    const Json& after = memberAt(testCase.at("expect"), "events_after_chunk");
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (i >= asGiven.eventsAfterChunk.size() || after.at(i) != asGiven.eventsAfterChunk[i])
            return "another number of events after chunk " + std::to_string(i);
    }
    return forEachRechunking(joined(chunks), [&](const std::vector<std::string>& others) {
        return compare(parse(others), testCase);
    });
}

std::string checkChatCase(const Json& testCase)
{
    const std::vector<std::string> chunks = chunksOf(testCase);
    const Json& expect = testCase.at("expect");
    if (std::string why = checkChat(chunks, expect); !why.empty())
        return why;
    return forEachRechunking(
        joined(chunks), [&](const std::vector<std::string>& others) { return checkChat(others, expect); });
}

int runSseCases(const Json& file)
{
    Tally tally;
    for (const Json& testCase : file.at("cases")) {
        const std::string id = textAt(testCase, "id");
        const std::string layer = textAt(testCase, "layer");
        std::string why;
        if (layer == "parser") {
            why = checkParserCase(testCase);
        } else if (layer == "openai") {
            why = checkChatCase(testCase);
        } else if (layer == "limits") {
            why = checkLimitsCase(testCase);
#ifdef GATEHOUSE_CASES_TRANSPORT
        } else if (layer == "transport") {
            why = checkTransportCase(testCase);
#endif
        } else {
            tally.skipped(id);
            continue;
        }
        if (why.empty())
            tally.passed();
        else
            tally.failed(id, why);
    }
    return tally.finish();
}

} // namespace gatehouse::cases
