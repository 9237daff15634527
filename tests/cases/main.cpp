// SPDX-License-Identifier: GPL-3.0-or-later
// gatehouse-cases sse|breaker|decode FILE: replays conformance cases against the libraries.
#include "tests/cases/cases.h"

#include "core/base/files.h"

#include <cstdio>

namespace gatehouse::cases {

namespace {

constexpr std::size_t LargestFile = std::size_t{1} << 30U;

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Expectations written by other tools may hold half a surrogate pair, which no UTF-8 can: U+FFFD instead.
void replaceLoneSurrogates(std::string& json)
{
    const auto unitAt = [&](std::size_t at) -> unsigned long {
        if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u')
            return 0;
        for (std::size_t i = at + 2; i < at + 6; ++i) {
            if (!isHexDigit(json[i]))
                return 0;
        }
        return std::stoul(json.substr(at + 2, 4), nullptr, 16);
    };
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (json[i] != '\\')
            continue;
        const unsigned long unit = unitAt(i);
        const unsigned long next = unitAt(i + 6);
        if (unit >= 0xD800 && unit <= 0xDBFF && next >= 0xDC00 && next <= 0xDFFF)
            i += 11;
        else if (unit >= 0xD800 && unit <= 0xDFFF)
            json.replace(i, 6, "\\ufffd");
        else
            ++i;
    }
}

int run(std::string_view kind, std::string text)
{
    if (kind == "decode")
        return printDecoded(std::move(text));
    replaceLoneSurrogates(text);
    const Result<Json> file = parseJson(text, LargestFile);
    if (!file || !memberAt(*file, "cases").is_array()) {
        std::fprintf(stderr, "The file holds no cases.\n");
        return 2;
    }
    return kind == "sse" ? runSseCases(*file) : runBreakerCases(*file);
}

} // namespace

void Tally::failed(const std::string& id, const std::string& why)
{
    ++m_failed;
    std::printf("failed %s: %s\n", id.c_str(), why.c_str());
}

void Tally::skipped(const std::string& id)
{
    ++m_skipped;
    std::printf("skipped %s\n", id.c_str());
}

int Tally::finish() const
{
    std::printf("%d passed, %d failed\n", m_passed, m_failed);
    return m_failed == 0 && m_passed + m_skipped > 0 ? 0 : 1;
}

std::string fromHex(std::string_view text)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    return bytes;
}

std::vector<std::string> chunksOf(const Json& testCase)
{
    std::vector<std::string> chunks;
    for (const Json& chunk : memberAt(testCase, "chunks_hex"))
        chunks.push_back(fromHex(chunk.get<std::string>()));
    return chunks;
}

} // namespace gatehouse::cases

int main(int argc, char** argv)
{
    const std::string_view kind = argc == 3 ? argv[1] : "";
    if (kind != "sse" && kind != "breaker" && kind != "decode") {
        std::fprintf(stderr, "Usage: gatehouse-cases sse|breaker|decode FILE\n");
        return 2;
    }
    auto text = gatehouse::readFile(argv[2], gatehouse::cases::LargestFile);
    if (!text) {
        std::fprintf(stderr, "%s\n", text.error().message.c_str());
        return 2;
    }
    try {
        return gatehouse::cases::run(kind, std::move(*text));
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "The case file has another shape than expected: %s\n", problem.what());
        return 2;
    }
}
