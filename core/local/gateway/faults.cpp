// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/faults.h"

#include "core/base/encoding.h"
#include "core/local/gateway/draw.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <vector>

namespace gatehouse::local {

namespace {

constexpr std::int64_t MaxFaultSeconds = 24 * 3600;
constexpr std::int64_t MaxLatencyMs = 10 * 60 * 1000;
constexpr std::int64_t MaxCutBytes = std::int64_t{1} << 30U;

tl::unexpected<Error> wrong(const std::string& backend, const std::string& what, std::string advice)
{
    return fail(Error::Kind::InvalidInput, "The fault of “" + backend + "” " + what + ".", std::move(advice));
}

/// A whole number within [0, most] under key, or the field's default when it is absent.
Status readNumber(const Json& entry, const std::string& backend, const char* key, std::int64_t most,
                  std::int64_t& number)
{
    const Json& value = memberAt(entry, key);
    if (value.is_null())
        return {};
    if (!value.is_number_integer() || integerAt(entry, key, -1) < 0 || integerAt(entry, key, -1) > most)
        return wrong(backend, std::string("has a ") + key + " that is out of range",
                     "Give a whole number of 0 to " + std::to_string(most) + ".");
    number = integerAt(entry, key);
    return {};
}

Status checkNames(const Json& entry, const std::string& backend)
{
    static constexpr std::array<std::string_view, 7> Known = {
        "down", "status", "retryAfter", "latencyMs", "cutAfterBytes", "probability", "forSeconds"};
    if (!entry.is_object())
        return wrong(backend, "is no object", "Give an object; {} is healthy.");
    for (const auto& item : entry.items())
        if (std::ranges::find(Known, item.key()) == Known.end())
            return wrong(backend, "has a field that is not known: " + item.key().substr(0, 40),
                         "The fields are down, status, retryAfter, latencyMs, cutAfterBytes, probability and "
                         "forSeconds.");
    return {};
}

Result<Fault> faultFrom(const Json& entry, const std::string& backend)
{
    if (auto done = checkNames(entry, backend); !done)
        return fail(done.error());
    Fault fault;
    std::int64_t status = 0;
    std::int64_t retryAfter = 0;
    std::int64_t latency = 0;
    std::int64_t seconds = 0;
    for (const auto& [key, most, number] : {std::tuple{"status", std::int64_t{599}, &status},
                                            {"retryAfter", MaxFaultSeconds, &retryAfter},
                                            {"latencyMs", MaxLatencyMs, &latency},
                                            {"cutAfterBytes", MaxCutBytes, &fault.cutAfterBytes},
                                            {"forSeconds", MaxFaultSeconds, &seconds}}) {
        if (auto done = readNumber(entry, backend, key, most, *number); !done)
            return fail(done.error());
    }
    if (status != 0 && status < 200)
        return wrong(backend, "has a status that no answer can have", "Give a status of 200 to 599.");
    const Json& down = memberAt(entry, "down");
    const Json& probability = memberAt(entry, "probability");
    if (!down.is_null() && !down.is_boolean())
        return wrong(backend, "has a down that is neither true nor false", "Give true or false.");
    if (!probability.is_null() && !probability.is_number())
        return wrong(backend, "has a probability that is no number", "Give a number of 0 to 1.");
    fault.probability = probability.is_null() ? 1.0 : probability.get<double>();
    if (!(fault.probability >= 0.0 && fault.probability <= 1.0))
        return wrong(backend, "has a probability outside 0 to 1", "Give a number of 0 to 1.");
    fault.down = boolAt(entry, "down");
    fault.status = static_cast<int>(status);
    fault.retryAfter = static_cast<int>(retryAfter);
    fault.latencyMs = static_cast<int>(latency);
    fault.forSeconds = static_cast<int>(seconds);
    return fault;
}

Json toJson(const Fault& fault)
{
    Json json = Json::object();
    if (fault.down)
        json["down"] = true;
    const auto put = [&json](const char* key, std::int64_t value) {
        if (value != 0)
            json[key] = value;
    };
    put("status", fault.status);
    put("retryAfter", fault.retryAfter);
    put("latencyMs", fault.latencyMs);
    put("cutAfterBytes", fault.cutAfterBytes);
    put("forSeconds", fault.forSeconds);
    if (fault.probability < 1.0)
        json["probability"] = fault.probability;
    return json;
}

} // namespace

FaultBoard::FaultBoard(const Clock& clock, std::uint64_t seed)
    : m_clock(clock)
    , m_random(seed)
{}

Status FaultBoard::replace(const Json& document, std::span<const std::string> knownBackends)
{
    if (!document.is_object())
        return fail(Error::Kind::InvalidInput, "The faults are no JSON object.",
                    "Map each backend's name to its fault; {} heals everything.");
    std::map<std::string, Active, std::less<>> active;
    for (const auto& item : document.items()) {
        if (std::ranges::find(knownBackends, item.key()) == knownBackends.end())
            return fail(Error::Kind::InvalidInput,
                        "There is no backend named “" + item.key().substr(0, 80) + "”.",
                        "Name a backend of the APIM service.");
        const auto fault = faultFrom(item.value(), item.key());
        if (!fault)
            return fail(fault.error());
        const std::chrono::seconds span(fault->forSeconds);
        const std::chrono::nanoseconds until =
            span.count() == 0 ? std::chrono::nanoseconds(0) : m_clock.monotonic() + span;
        active.emplace(item.key(), Active{*fault, until});
    }
    const std::lock_guard lock(m_mutex);
    m_active = std::move(active);
    return {};
}

void FaultBoard::set(const std::string& backend, const Fault& fault)
{
    const std::chrono::seconds span(fault.forSeconds);
    const std::lock_guard lock(m_mutex);
    m_active[backend] = {fault, span.count() == 0 ? std::chrono::nanoseconds(0) : m_clock.monotonic() + span};
}

void FaultBoard::clear()
{
    const std::lock_guard lock(m_mutex);
    m_active.clear();
}

bool FaultBoard::over(const Active& active) const
{
    return active.until.count() != 0 && m_clock.monotonic() >= active.until;
}

Json FaultBoard::document() const
{
    const std::lock_guard lock(m_mutex);
    Json document = Json::object();
    for (const auto& [backend, active] : m_active)
        if (!over(active))
            document[backend] = toJson(active.fault);
    return document;
}

std::optional<Fault> FaultBoard::draw(std::string_view backend)
{
    const std::lock_guard lock(m_mutex);
    if (m_active.empty())
        return std::nullopt;
    const auto found = m_active.find(backend);
    if (found == m_active.end() || over(found->second))
        return std::nullopt;
    const Fault& fault = found->second.fault;
    if (fault.probability < 1.0 && nextUnit(m_random) >= fault.probability)
        return std::nullopt;
    return fault;
}

} // namespace gatehouse::local
