// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cases/cases.h"

#include "core/base/encoding.h"
#include "core/base/sse.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

namespace gatehouse::cases {

namespace {

constexpr std::size_t LargestSingleChunk = 4U << 20U; // what is longer is fed in slices, as a socket would
constexpr std::size_t Slice = 64U << 10U;
constexpr int Repeats = 7;      // of what is timed; the fastest counts
constexpr int MostRepeats = 60; // where the machine's own pace changes meanwhile

/// Time of this thread on a processor, so that a busy machine changes nothing.
double threadMilliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Read without the heap, which is what is being watched.
std::int64_t residentBytes()
{
    std::array<char, 128> text{};
    const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    const ssize_t length = ::read(file, text.data(), text.size() - 1);
    ::close(file);
    long total = 0;
    long resident = 0;
    if (length <= 0 || std::sscanf(text.data(), "%ld %ld", &total, &resident) != 2)
        return 0;
    return std::int64_t{resident} * sysconf(_SC_PAGESIZE);
}

/// The input of a case, made piece by piece, since it may be larger than memory should hold.
class Generator
{
public:
    explicit Generator(const Json& recipe, std::int64_t divisor)
    {
        for (const Json& step : recipe) {
            const std::string unit = step.contains("repeat_hex")    ? fromHex(textAt(step, "repeat_hex"))
                                     : step.contains("repeat_text") ? textAt(step, "repeat_text")
                                                                    : textAt(step, "text");
            const std::int64_t count = integerAt(step, "count", 1);
            m_parts.push_back({unit, static_cast<std::size_t>(count > 1 ? count / divisor : count)});
        }
    }

    [[nodiscard]] std::size_t size() const
    {
        std::size_t bytes = 0;
        for (const Part& part : m_parts)
            bytes += part.unit.size() * part.count;
        return bytes;
    }

    /// The next at most length bytes, into one buffer that is used again; false at the end.
    [[nodiscard]] bool next(std::string& bytes, std::size_t length)
    {
        bytes.clear();
        while (bytes.size() < length && m_part < m_parts.size()) {
            const Part& part = m_parts[m_part];
            const std::size_t total = part.unit.size() * part.count;
            while (bytes.size() < length && m_offset < total) {
                const std::size_t inUnit = m_offset % part.unit.size();
                const std::size_t take = std::min(part.unit.size() - inUnit, length - bytes.size());
                bytes.append(part.unit, inUnit, take);
                m_offset += take;
            }
            if (m_offset == total) {
                ++m_part;
                m_offset = 0;
            }
        }
        return !bytes.empty();
    }

private:
    struct Part
    {
        std::string unit;
        std::size_t count;
    };
    std::vector<Part> m_parts;
    std::size_t m_part = 0;
    std::size_t m_offset = 0;
};

SseLimits limitsOf(const Json& config)
{
    SseLimits limits;
    const auto size = [&](const char* key, std::size_t fallback) {
        return static_cast<std::size_t>(integerAt(config, key, static_cast<std::int64_t>(fallback)));
    };
    limits.maxLineBytes = size("max_line_bytes", limits.maxLineBytes);
    limits.maxEventBytes = size("max_event_bytes", limits.maxEventBytes);
    limits.maxIdBytes = size("max_id_bytes", limits.maxIdBytes);
    limits.maxRetryMs = integerAt(config, "max_retry_ms", limits.maxRetryMs);
    limits.minRetryMs = integerAt(config, "min_retry_ms", limits.minRetryMs);
    return limits;
}

struct Measured
{
    std::size_t events = 0;
    std::string lastData;
    std::string error;
    std::string lastEventId;
    std::optional<std::int64_t> retryMs;
    std::size_t bytesBeforeAbort = 0;
    std::size_t eventsAfterError = 0;
    std::int64_t residentGrowth = 0;
    double milliseconds = 0;
    double longestSlice = 0;
};

std::string toText(SseParser::Failure failure)
{
    switch (failure) {
    case SseParser::Failure::None:
        return {};
    case SseParser::Failure::LineTooLong:
        return "line_too_long";
    case SseParser::Failure::EventTooLong:
        break;
    }
    return "event_too_large";
}

Measured measure(const Json& testCase, std::int64_t divisor)
{
    const bool bytewise = textAt(testCase.at("expect"), "feed") == "1 byte per chunk";
    Generator input(testCase.at("generate"), divisor);
    const std::size_t read = input.size() <= LargestSingleChunk ? LargestSingleChunk : Slice;
    SseParser parser(limitsOf(memberAt(testCase, "config")));
    std::vector<SseEvent> events;
    Measured result;
    std::string chunk;
    bool more = input.next(chunk, read);
    const std::int64_t residentBefore = residentBytes();
    const double start = threadMilliseconds();
    for (; more && parser.failure() == SseParser::Failure::None; more = input.next(chunk, read)) {
        for (std::size_t at = 0; at < chunk.size();) {
            const std::size_t length = bytewise ? 1 : std::min(chunk.size() - at, Slice);
            const double before = bytewise ? 0 : threadMilliseconds();
            parser.feed(std::string_view(chunk).substr(at, length), events);
            if (!bytewise)
                result.longestSlice = std::max(result.longestSlice, threadMilliseconds() - before);
            at += length;
            result.bytesBeforeAbort += length;
            if (parser.failure() != SseParser::Failure::None) {
                const std::size_t eventsBefore = events.size();
                parser.feed(std::string_view(chunk).substr(at), events);
                result.eventsAfterError = events.size() - eventsBefore;
                break;
            }
        }
        result.residentGrowth = std::max(result.residentGrowth, residentBytes() - residentBefore);
    }
    result.milliseconds = threadMilliseconds() - start;
    static_cast<void>(parser.finish());
    result.events = events.size();
    result.lastData = events.empty() ? std::string() : events.back().data;
    result.error = toText(parser.failure());
    result.lastEventId = parser.lastEventId();
    result.retryMs = parser.reconnectionTimeMs();
    return result;
}

/// How many times as long the whole takes as half of it: the fastest of each, taken by turns, since a
/// machine's pace changes.
double costOfTwice(const Json& testCase, double enough)
{
    double whole = 1e9;
    double half = 1e9;
    for (int i = 0; i < MostRepeats && (i < Repeats || whole / half > enough); ++i) {
        half = std::min(half, measure(testCase, 2).milliseconds);
        whole = std::min(whole, measure(testCase, 1).milliseconds);
    }
    return whole / half;
}

std::string sha256(const std::string& bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
        return {};
    return toHex(std::string(digest.begin(), digest.begin() + length));
}

std::string checkResult(const Measured& got, const Json& expect)
{
    const std::string error = textAt(expect, "error");
    const bool errorFits = error == "line_too_long_or_discarded"
                               ? got.error.empty() || got.error == "line_too_long"
                               : got.error == error;
    if (!errorFits)
        return "the error is " + (got.error.empty() ? "missing" : got.error);
    if (static_cast<std::int64_t>(got.events) != integerAt(expect, "events", -1))
        return std::to_string(got.events) + " events";
    if (got.eventsAfterError != 0)
        return "events came after the error";
    const auto length = static_cast<std::int64_t>(got.lastData.size());
    if (integerAt(expect, "data_len", length) != length)
        return "the data is " + std::to_string(length) + " bytes long";
    if (expect.contains("data_sha256") && sha256(got.lastData) != textAt(expect, "data_sha256"))
        return "the data is another";
    if (textAt(expect, "last_event_id", got.lastEventId) != got.lastEventId)
        return "the last event id is " + dumpJson(got.lastEventId);
    if (expect.contains("reconnection_time_ms") &&
        got.retryMs.value_or(-1) != integerAt(expect, "reconnection_time_ms", -1))
        return "the reconnection time is " + std::to_string(got.retryMs.value_or(-1));
    return {};
}

std::string checkCost(const Measured& got, const Json& expect)
{
    const auto over = [&](const char* key, double value) {
        const Json& limit = memberAt(expect, key);
        return limit.is_number() && value > limit.get<double>()
                   ? std::string(key) + " is " + std::to_string(value)
                   : std::string();
    };
    for (const std::string& why :
         {over("max_rss_growth_bytes", static_cast<double>(got.residentGrowth)),
          over("bytes_read_before_abort_max", static_cast<double>(got.bytesBeforeAbort)),
          over("time_ms_max", got.milliseconds), over("ui_thread_block_ms_max", got.longestSlice)}) {
        if (!why.empty())
            return why;
    }
    return {};
}

} // namespace

std::string checkLimitsCase(const Json& testCase)
{
    const Json& expect = testCase.at("expect");
    const Measured got = measure(testCase, 1);
    if (std::string why = checkResult(got, expect); !why.empty())
        return why;
    if (std::string why = checkCost(got, expect); !why.empty())
        return why;
    const Json& ratio = memberAt(expect, "time_ratio_vs_half_size_max");
    if (ratio.is_number()) {
        const double measured = costOfTwice(testCase, ratio.get<double>());
        if (measured > ratio.get<double>())
            return "twice the size takes " + std::to_string(measured) + " times as long";
    }
    return {};
}

} // namespace gatehouse::cases
