// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/prices/azuremeter.h"

#include "core/base/encoding.h"
#include "core/usage/prices/names.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace gatehouse::cost {

namespace {

enum class Word { Input, Output, Cached, Global, DataZone, Regional, Noise, Other };

/// The words as price lists were seen to write them (contracts §8.6).
const std::map<std::string_view, Word>& words()
{
    static const std::map<std::string_view, Word> known{
        {"inp", Word::Input},      {"inpt", Word::Input},        {"input", Word::Input},
        {"outp", Word::Output},    {"outpt", Word::Output},      {"output", Word::Output},
        {"opt", Word::Output},     {"out", Word::Output},        {"cached", Word::Cached},
        {"cchd", Word::Cached},    {"cd", Word::Cached},         {"ch", Word::Cached},
        {"glbl", Word::Global},    {"global", Word::Global},     {"gl", Word::Global},
        {"dzone", Word::DataZone}, {"dz", Word::DataZone},       {"datazone", Word::DataZone},
        {"zone", Word::DataZone},  {"data", Word::Noise},        {"regnl", Word::Regional},
        {"rgnl", Word::Regional},  {"regional", Word::Regional}, {"tokens", Word::Noise},
        {"token", Word::Noise},    {"1m", Word::Noise},          {"1k", Word::Noise},
    };
    return known;
}

/// Words of what is priced otherwise than a call's tokens, or of other media.
constexpr std::array<std::pair<std::string_view, std::string_view>, 26> Others = {{
    {"batch", "batch"},
    {"ft", "fine-tuning"},
    {"finetuned", "fine-tuning"},
    {"tuned", "fine-tuning"},
    {"training", "fine-tuning"},
    {"hosting", "fine-tuning"},
    {"wr", "writing a cache"},
    {"write", "writing a cache"},
    {"provisioned", "a reservation"},
    {"ptu", "a reservation"},
    {"pp", "priority processing"},
    {"priority", "priority processing"},
    {"flex", "flexible processing"},
    {"aud", "other media"},
    {"audio", "other media"},
    {"img", "other media"},
    {"image", "other media"},
    {"video", "other media"},
    {"rt", "other media"},
    {"realtime", "other media"},
    {"tts", "other media"},
    {"transcribe", "other media"},
    {"whisper", "other media"},
    {"grader", "fine-tuning"},
    {"grdr", "fine-tuning"},
    {"btch", "batch"},
}};

std::vector<std::string> split(std::string_view meter)
{
    std::vector<std::string> parts(1);
    for (const char c : toLower(meter)) {
        if (c == ' ' || c == '-' || c == '_' || c == '/' || c == '(' || c == ')') {
            if (!parts.back().empty())
                parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    if (parts.back().empty())
        parts.pop_back();
    return parts;
}

void take(Word word, MeterName& meter, bool& cached)
{
    switch (word) {
    case Word::Input:
    case Word::Output: {
        const Direction direction = word == Word::Input ? Direction::Input : Direction::Output;
        if (meter.direction && *meter.direction != direction)
            meter.why = "it names two directions";
        meter.direction = direction;
        break;
    }
    case Word::Cached:
        cached = true;
        break;
    case Word::Global:
        meter.deployment = Deployment::Global;
        break;
    case Word::DataZone:
        meter.deployment = Deployment::DataZone;
        break;
    case Word::Regional:
        meter.deployment = Deployment::Regional;
        break;
    case Word::Noise:
    case Word::Other:
        break;
    }
}

void settleDirection(MeterName& meter, bool cached, bool embedding)
{
    if (embedding && (cached || meter.direction == Direction::Output))
        meter.why = "an embedding has no such direction";
    else if (embedding)
        meter.direction = Direction::Embedding;
    else if (cached && meter.direction == Direction::Output)
        meter.why = "output is never cached";
    else if (cached)
        meter.direction = Direction::CachedInput;
    else if (!meter.direction)
        meter.why = "its name does not say whether it is input or output";
}

} // namespace

MeterName readMeter(std::string_view meter, std::string_view product)
{
    MeterName read;
    std::string rest;
    bool cached = false;
    for (const std::string& part : split(meter)) {
        const auto other =
            std::find_if(Others.begin(), Others.end(), [&](const auto& one) { return one.first == part; });
        if (other != Others.end()) {
            read.why = "it is the price of " + std::string(other->second);
            return read;
        }
        const auto known = words().find(part);
        if (known != words().end())
            take(known->second, read, cached);
        else
            rest += (rest.empty() ? "" : "-") + part;
    }
    const std::string family = toLower(product);
    if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9' &&
        family.find("gpt") != std::string::npos)
        rest.insert(0, "gpt-");
    read.model = modelName(rest).text();
    const bool embedding =
        read.model.find("embedding") != std::string::npos || family.find("embedding") != std::string::npos;
    if (read.why.empty())
        settleDirection(read, cached, embedding);
    if (read.why.empty() && read.model.empty())
        read.why = "its name says no model";
    return read;
}

} // namespace gatehouse::cost
