// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/parity/register.h"

#include "core/base/json.h"

#include <algorithm>
#include <utility>

namespace gatehouse::gateway {

namespace {

constexpr int Version = 1;

struct PointName
{
    ParityPoint point;
    std::string_view word;
    std::string_view title;
};

constexpr std::array<PointName, 9> PointNames{{
    {ParityPoint::Residency, "residency", "Region and residency"},
    {ParityPoint::Models, "models", "Model family and version"},
    {ParityPoint::ContentFilter, "filter", "Content filter policy"},
    {ParityPoint::Logging, "logging", "Logging and retention"},
    {ParityPoint::Tools, "tools", "Tools and retrieval"},
    {ParityPoint::Identity, "identity", "Keys and identity"},
    {ParityPoint::PrivateEndpoint, "endpoint", "Private endpoint"},
    {ParityPoint::TokenLimits, "limits", "Token limits"},
    {ParityPoint::Exceptions, "exceptions", "Exceptions"},
}};

tl::unexpected<Error> unreadable()
{
    return fail(Error::Kind::Parse,
                "The named value gatehouse-parity does not hold the certificates of fallbacks.",
                "Look at it in the portal, Named values; nothing is written over it.");
}

// The names are short, since a named value has 4,096 characters in all.
Json toJson(const Certificate& one)
{
    return {{"p", one.pool},
            {"a", one.primary},
            {"b", one.candidate},
            {"o", one.owner},
            {"f", one.facts},
            {"d", one.date.unixSeconds()},
            {"x", one.expiry.unixSeconds()}};
}

Json toJson(const ParityException& one)
{
    return {{"p", one.pool},  {"a", one.primary}, {"b", one.candidate},           {"k", wordOf(one.point)},
            {"o", one.owner}, {"r", one.reason},  {"x", one.expiry.unixSeconds()}};
}

Json toJson(const ToolDeclaration& one)
{
    return {{"b", one.backend}, {"t", one.tools}, {"o", one.owner}};
}

template <typename T>
Json listOf(const std::vector<T>& entries)
{
    Json list = Json::array();
    for (const T& entry : entries)
        list.push_back(toJson(entry));
    return list;
}

std::optional<DateTime> momentAt(const Json& entry, const char* member)
{
    // Year 9999: what lies beyond is no date that anybody gave.
    constexpr std::int64_t Latest = 253'402'300'799;
    const Json& value = memberAt(entry, member);
    if (!value.is_number_integer())
        return std::nullopt;
    const std::int64_t seconds = integerAt(entry, member, -1);
    if (seconds < 0 || seconds > Latest)
        return std::nullopt;
    return DateTime::fromUnixSeconds(seconds);
}

std::optional<Certificate> certificateFrom(const Json& entry)
{
    const auto date = momentAt(entry, "d");
    const auto expiry = momentAt(entry, "x");
    Certificate one{textAt(entry, "p"), textAt(entry, "a"),        textAt(entry, "b"),
                    textAt(entry, "o"), date.value_or(DateTime{}), expiry.value_or(DateTime{}),
                    textAt(entry, "f")};
    if (!date || !expiry || one.pool.empty() || one.primary.empty() || one.candidate.empty() ||
        one.owner.empty() || one.facts.empty())
        return std::nullopt;
    return one;
}

std::optional<ParityException> exceptionFrom(const Json& entry)
{
    const auto expiry = momentAt(entry, "x");
    const auto point = parityPointFrom(textAt(entry, "k"));
    ParityException one{textAt(entry, "p"),         textAt(entry, "a"),
                        textAt(entry, "b"),         point.value_or(ParityPoint::Residency),
                        textAt(entry, "o"),         textAt(entry, "r"),
                        expiry.value_or(DateTime{})};
    if (!expiry || !point || one.pool.empty() || one.primary.empty() || one.candidate.empty() ||
        one.owner.empty())
        return std::nullopt;
    return one;
}

std::optional<ToolDeclaration> declarationFrom(const Json& entry)
{
    ToolDeclaration one{textAt(entry, "b"), textAt(entry, "t"), textAt(entry, "o")};
    if (one.backend.empty() || one.tools.empty())
        return std::nullopt;
    return one;
}

/// False when one of the list is not of its shape: half a register must not be written back.
template <typename T, typename Read>
bool readList(const Json& list, std::vector<T>& into, Read read)
{
    if (!list.is_array())
        return list.is_null();
    for (const Json& entry : list) {
        auto one = read(entry);
        if (!one)
            return false;
        into.push_back(std::move(*one));
    }
    return true;
}

template <typename T, typename Same>
void replaceOrAdd(std::vector<T>& list, T entry, Same same)
{
    const auto found = std::ranges::find_if(list, same);
    if (found == list.end())
        list.push_back(std::move(entry));
    else
        *found = std::move(entry);
}

} // namespace

std::string_view wordOf(ParityPoint point)
{
    return PointNames[static_cast<std::size_t>(point)].word;
}

std::string_view titleOf(ParityPoint point)
{
    return PointNames[static_cast<std::size_t>(point)].title;
}

std::optional<ParityPoint> parityPointFrom(std::string_view word)
{
    const auto found = std::ranges::find(PointNames, word, &PointName::word);
    return found == PointNames.end() ? std::nullopt : std::optional(found->point);
}

void ParityRegister::put(Certificate certificate)
{
    const Certificate key = certificate;
    replaceOrAdd(certificates, std::move(certificate), [&](const Certificate& one) {
        return one.pool == key.pool && one.primary == key.primary && one.candidate == key.candidate;
    });
}

void ParityRegister::put(ParityException exception)
{
    const ParityException key = exception;
    replaceOrAdd(exceptions, std::move(exception), [&](const ParityException& one) {
        return one.pool == key.pool && one.primary == key.primary && one.candidate == key.candidate &&
               one.point == key.point;
    });
}

void ParityRegister::put(ToolDeclaration declaration)
{
    const std::string backend = declaration.backend;
    replaceOrAdd(declarations, std::move(declaration),
                 [&](const ToolDeclaration& one) { return one.backend == backend; });
}

int ParityRegister::removeExpired(DateTime now)
{
    const auto ended = [now](const auto& entry) { return now >= entry.expiry; };
    return static_cast<int>(std::erase_if(certificates, ended) + std::erase_if(exceptions, ended));
}

Result<ParityRegister> readParityRegister(std::string_view text)
{
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return ParityRegister{};
    const Result<Json> document = parseJson(text, std::size_t{1} << 16U, 8);
    if (!document || !document->is_object() || integerAt(*document, "v") != Version)
        return unreadable();
    ParityRegister entries;
    if (!readList(memberAt(*document, "c"), entries.certificates, certificateFrom) ||
        !readList(memberAt(*document, "e"), entries.exceptions, exceptionFrom) ||
        !readList(memberAt(*document, "t"), entries.declarations, declarationFrom))
        return unreadable();
    return entries;
}

Result<std::string> writeParityRegister(const ParityRegister& entries)
{
    const std::string text = dumpJson({{"v", Version},
                                       {"c", listOf(entries.certificates)},
                                       {"e", listOf(entries.exceptions)},
                                       {"t", listOf(entries.declarations)}});
    if (text.size() <= MaxNamedValue)
        return text;
    return fail(Error::Kind::InvalidInput,
                "The named value gatehouse-parity is full: it would be " + std::to_string(text.size()) +
                    " characters long, and " + std::to_string(MaxNamedValue) + " fit.",
                "Remove certificates and exceptions that are no longer needed, or shorten reasons.");
}

} // namespace gatehouse::gateway
