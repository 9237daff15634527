// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/gatewayclient.h"

#include <charconv>
#include <limits>
#include <optional>

namespace gatehouse::azure {

namespace {

void skipSpace(std::string_view& text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\r'))
        text.remove_prefix(1);
}

std::string takeName(std::string_view& text)
{
    std::size_t length = 0;
    while (length < text.size()) {
        const char c = text[length];
        const bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == '_' || c == ':';
        if (!part)
            break;
        ++length;
    }
    std::string name(text.substr(0, length));
    text.remove_prefix(length);
    return name;
}

/// After the opening quote, to the closing one.
std::optional<std::string> takeQuoted(std::string_view& text)
{
    std::string value;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c == '"')
            return value;
        if (c != '\\' || text.empty()) {
            value += c;
            continue;
        }
        value += text.front() == 'n' ? '\n' : text.front();
        text.remove_prefix(1);
    }
    return std::nullopt;
}

/// After "{", up to and with "}".
bool takeLabels(std::string_view& text, std::map<std::string, std::string>& labels)
{
    while (true) {
        skipSpace(text);
        if (text.starts_with('}')) {
            text.remove_prefix(1);
            return true;
        }
        const std::string name = takeName(text);
        skipSpace(text);
        if (name.empty() || !text.starts_with('='))
            return false;
        text.remove_prefix(1);
        skipSpace(text);
        if (!text.starts_with('"'))
            return false;
        text.remove_prefix(1);
        std::optional<std::string> value = takeQuoted(text);
        if (!value)
            return false;
        labels[name] = std::move(*value);
        skipSpace(text);
        if (text.starts_with(','))
            text.remove_prefix(1);
    }
}

std::optional<double> numberFrom(std::string_view text)
{
    if (text == "+Inf" || text == "Inf")
        return std::numeric_limits<double>::infinity();
    if (text == "-Inf")
        return -std::numeric_limits<double>::infinity();
    if (text == "NaN")
        return std::numeric_limits<double>::quiet_NaN();
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    return code == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(number)
                                                                                    : std::nullopt;
}

std::optional<PrometheusSample> readLine(std::string_view line)
{
    skipSpace(line);
    if (line.empty() || line.front() == '#')
        return std::nullopt;
    PrometheusSample sample;
    sample.name = takeName(line);
    if (sample.name.empty())
        return std::nullopt;
    if (line.starts_with('{')) {
        line.remove_prefix(1);
        if (!takeLabels(line, sample.labels))
            return std::nullopt;
    }
    skipSpace(line);
    // A time stamp may follow the value.
    const std::optional<double> value =
        numberFrom(line.substr(0, std::min(line.find_first_of(" \t\r"), line.size())));
    if (!value)
        return std::nullopt;
    sample.value = *value;
    return sample;
}

} // namespace

std::vector<PrometheusSample> parsePrometheus(std::string_view text)
{
    std::vector<PrometheusSample> samples;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (auto sample = readLine(text.substr(0, end)))
            samples.push_back(std::move(*sample));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return samples;
}

} // namespace gatehouse::azure
