// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::cases {

/// Counts cases and prints each one that does not hold.
class Tally
{
public:
    void passed() { ++m_passed; }
    void failed(const std::string& id, const std::string& why);
    void skipped(const std::string& id);
    /// Prints the last line; 0 when nothing failed and something was there to fail.
    [[nodiscard]] int finish() const;

private:
    int m_passed = 0;
    int m_failed = 0;
    int m_skipped = 0;
};

/// Each of these reads a case file of its kind and answers what main shall return.
[[nodiscard]] int runSseCases(const Json& file);
[[nodiscard]] int runBreakerCases(const Json& file);
/// Prints the decoded answer as JSON.
[[nodiscard]] int printDecoded(std::string body);

/// One case of the "parser", "openai" and "limits" layers: "" when it holds, else what does not.
[[nodiscard]] std::string checkParserCase(const Json& testCase);
[[nodiscard]] std::string checkChatCase(const Json& testCase);
[[nodiscard]] std::string checkLimitsCase(const Json& testCase);
/// The same of the "transport" layer, which needs the product's network clients (and thereby Qt).
[[nodiscard]] std::string checkTransportCase(const Json& testCase);

/// chunks_hex as bytes. Fails the case by being empty-handed: every odd digit is dropped.
[[nodiscard]] std::vector<std::string> chunksOf(const Json& testCase);
[[nodiscard]] std::string fromHex(std::string_view text);

/// Calls check with the input byte by byte, cut in two at every place, and, if it is short, cut in three.
/// Stops at the first complaint and answers it.
template <typename Check>
std::string forEachRechunking(const std::string& input, Check&& check)
{
    constexpr std::size_t LongestForThree = 90;
    std::vector<std::string> bytes;
    for (const char c : input)
        bytes.emplace_back(1, c);
    if (std::string why = check(bytes); !why.empty())
        return "byte by byte: " + why;
    for (std::size_t i = 1; i < input.size(); ++i) {
        if (std::string why = check({input.substr(0, i), input.substr(i)}); !why.empty())
            return "cut at " + std::to_string(i) + ": " + why;
        for (std::size_t j = i + 1; input.size() <= LongestForThree && j < input.size(); ++j) {
            if (std::string why = check({input.substr(0, i), input.substr(i, j - i), input.substr(j)});
                !why.empty())
                return "cut at " + std::to_string(i) + " and " + std::to_string(j) + ": " + why;
        }
    }
    return {};
}

} // namespace gatehouse::cases
