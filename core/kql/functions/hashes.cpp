// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/hashes.h"
#include "core/base/encoding.h"
#include "core/kql/functions/kernels.h"

#include <openssl/evp.h>

#include <array>
#include <bit>
#include <cstring>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

constexpr std::uint64_t Prime1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t Prime2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t Prime3 = 0x165667B19E3779F9;
constexpr std::uint64_t Prime4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t Prime5 = 0x27D4EB2F165667C5;

std::uint64_t loadEight(std::string_view bytes, std::size_t at)
{
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;)
        value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

std::uint64_t mixLane(std::uint64_t lane, std::uint64_t input)
{
    return std::rotl(lane + input * Prime2, 31) * Prime1;
}

/// Four lanes of 32-byte stripes; at is moved behind them.
std::uint64_t hashStripes(std::string_view bytes, std::size_t& at)
{
    std::array<std::uint64_t, 4> lanes = {Prime1 + Prime2, Prime2, 0, 0 - Prime1};
    for (; at + 32 <= bytes.size(); at += 32) {
        for (std::size_t i = 0; i < lanes.size(); ++i)
            lanes.at(i) = mixLane(lanes.at(i), loadEight(bytes, at + 8 * i));
    }
    std::uint64_t hash =
        std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
    for (const std::uint64_t lane : lanes)
        hash = (hash ^ mixLane(0, lane)) * Prime1 + Prime4;
    return hash;
}

void appendHash(Args args, std::uint64_t hash, Column& out)
{
    if (args.size() < 2) {
        out.appendInteger(static_cast<std::int64_t>(hash));
        return;
    }
    if (args[1].null || args[1].integer <= 0)
        out.appendNull();
    else
        out.appendInteger(static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(args[1].integer)));
}

std::uint64_t hashOfWord(std::uint64_t word)
{
    std::array<char, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes.at(i) = static_cast<char>(word >> (8 * i));
    return xxHash64({bytes.data(), bytes.size()});
}

void hashText(Evaluation&, Args args, Column& out)
{
    appendHash(args, xxHash64(args[0].text), out);
}
/// Numbers, moments and spans are hashed as their eight bytes.
void hashWhole(Evaluation&, Args args, Column& out)
{
    appendHash(args, hashOfWord(static_cast<std::uint64_t>(args[0].integer)), out);
}
void hashReal(Evaluation&, Args args, Column& out)
{
    appendHash(args, hashOfWord(std::bit_cast<std::uint64_t>(args[0].real)), out);
}

std::uint64_t combine(std::uint64_t seed, std::uint64_t hash)
{
    return seed ^ (hash + 0x9E3779B97F4A7C15U + (seed << 6U) + (seed >> 2U));
}
void hashCombine(Evaluation&, Args args, Column& out)
{
    auto hash = static_cast<std::uint64_t>(args[0].integer);
    for (const Datum& next : args.subspan(1))
        hash = combine(hash, static_cast<std::uint64_t>(next.integer));
    out.appendInteger(static_cast<std::int64_t>(hash));
}
void hashMany(Evaluation&, Args args, Column& out)
{
    std::uint64_t hash = xxHash64(args[0].text);
    for (const Datum& next : args.subspan(1))
        hash = combine(hash, xxHash64(next.text));
    out.appendInteger(static_cast<std::int64_t>(hash));
}

template <const EVP_MD* (*Algorithm)()>
void digest(Evaluation&, Args args, Column& out)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned length = 0;
    const bool done = EVP_Digest(args[0].text.data(), args[0].text.size(), bytes.data(), &length, Algorithm(),
                                 nullptr) == 1;
    std::string raw(length, '\0');
    if (done)
        std::memcpy(raw.data(), bytes.data(), length);
    out.appendText(toHex(raw));
}

std::vector<FunctionSpec> hashForms()
{
    std::vector<FunctionSpec> all;
    for (const std::string_view name : {"hash", "hash_xxhash64"}) {
        all.push_back({name, "s|l", 'l', hashText});
        for (const std::string_view signature : {"l|l", "d|l", "t|l", "b|l"})
            all.push_back({name, signature, 'l', hashWhole});
        all.push_back({name, "r|l", 'l', hashReal});
        for (const std::string_view signature : {"g|l", "m|l", "j|l"})
            all.push_back({name, signature, 'l', hashText});
    }
    all.push_back({"hash_md5", "S", 's', digest<EVP_md5>});
    all.push_back({"hash_sha1", "S", 's', digest<EVP_sha1>});
    all.push_back({"hash_sha256", "S", 's', digest<EVP_sha256>});
    all.push_back({"hash_combine", "ll+", 'l', hashCombine, nullptr, FunctionSpec::NullIfAnyNull});
    all.push_back({"hash_many", "SS+", 'l', hashMany});
    return all;
}

} // namespace

std::uint64_t xxHash64(std::string_view bytes)
{
    std::size_t at = 0;
    std::uint64_t hash = bytes.size() >= 32 ? hashStripes(bytes, at) : Prime5;
    hash += bytes.size();
    for (; at + 8 <= bytes.size(); at += 8)
        hash = std::rotl(hash ^ mixLane(0, loadEight(bytes, at)), 27) * Prime1 + Prime4;
    if (at + 4 <= bytes.size()) {
        std::uint64_t word = 0;
        for (std::size_t i = 4; i-- > 0;)
            word = word << 8U | static_cast<unsigned char>(bytes[at + i]);
        hash = std::rotl(hash ^ (word * Prime1), 23) * Prime2 + Prime3;
        at += 4;
    }
    for (; at < bytes.size(); ++at)
        hash = std::rotl(hash ^ (static_cast<unsigned char>(bytes[at]) * Prime5), 11) * Prime1;
    hash = (hash ^ (hash >> 33U)) * Prime2;
    hash = (hash ^ (hash >> 29U)) * Prime3;
    return hash ^ (hash >> 32U);
}

std::span<const FunctionSpec> hashFunctions()
{
    static const std::vector<FunctionSpec> functions = hashForms();
    return functions;
}

} // namespace gatehouse::kql
