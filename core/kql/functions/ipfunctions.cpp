// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/addresses.h"
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

/// The prefix given as an argument, if there is one; empty when it is out of range.
std::optional<unsigned> prefixArgument(Args args, std::size_t at, unsigned most)
{
    if (args.size() <= at)
        return most;
    if (args[at].null || args[at].integer < 0 || args[at].integer > most)
        return std::nullopt;
    return static_cast<unsigned>(args[at].integer);
}

/// Both addresses cut to the shortest of the prefixes; empty when one is none.
std::optional<int> compareIpv4(Args args)
{
    const auto a = readIpv4(args[0].text);
    const auto b = readIpv4(args[1].text);
    const auto given = prefixArgument(args, 2, 32);
    if (!a || !b || !given)
        return std::nullopt;
    const unsigned bits = std::min({a->prefix, b->prefix, *given});
    const std::uint32_t x = a->masked(bits);
    const std::uint32_t y = b->masked(bits);
    return x < y ? -1 : x > y ? 1 : 0;
}

/// As it is compared: "::10.0.0.1" is the same as "10.0.0.1".
std::optional<Ipv6> readComparable(std::string_view text)
{
    auto address = readIpv6(text);
    const bool dotted = text.find('.') != std::string_view::npos;
    const bool compatible = address && dotted &&
                            std::all_of(address->bytes.begin(), address->bytes.begin() + 12,
                                        [](unsigned char c) { return c == 0; });
    if (compatible)
        address->bytes[10] = address->bytes[11] = 0xFF;
    return address;
}

std::optional<int> compareIpv6(Args args)
{
    const auto a = readComparable(args[0].text);
    const auto b = readComparable(args[1].text);
    const auto given = prefixArgument(args, 2, 128);
    if (!a || !b || !given)
        return std::nullopt;
    const unsigned bits = std::min({a->prefix, b->prefix, *given});
    const auto x = a->masked(bits);
    const auto y = b->masked(bits);
    return x < y ? -1 : x > y ? 1 : 0;
}

template <std::optional<int> (*Compare)(Args)>
void compareAddresses(Evaluation&, Args args, Column& out)
{
    if (const auto order = Compare(args))
        out.appendInteger(*order);
    else
        out.appendNull();
}
template <std::optional<int> (*Compare)(Args)>
void matchAddresses(Evaluation&, Args args, Column& out)
{
    if (const auto order = Compare(args))
        out.appendBool(*order == 0);
    else
        out.appendNull();
}

std::optional<bool> isInIpv4Range(std::string_view address, std::string_view range)
{
    const auto a = readIpv4(address);
    const auto r = readIpv4(range);
    if (!a || !r)
        return std::nullopt;
    return a->masked(r->prefix) == r->masked(r->prefix);
}
std::optional<bool> isInIpv6Range(std::string_view address, std::string_view range)
{
    const auto a = readComparable(address);
    const auto r = readComparable(range);
    if (!a || !r)
        return std::nullopt;
    return a->masked(r->prefix) == r->masked(r->prefix);
}

using InRange = std::optional<bool> (*)(std::string_view, std::string_view);

/// True when one range has the address, null when nothing could be compared.
template <InRange Test>
void inAnyRange(Evaluation&, Args args, Column& out)
{
    std::optional<bool> result;
    for (std::size_t i = 1; i < args.size() && result != true; ++i) {
        if (const auto found = Test(args[0].text, args[i].text))
            result = *found;
    }
    if (result)
        out.appendBool(*result);
    else
        out.appendNull();
}
template <InRange Test>
void inRangeList(Evaluation& evaluation, Args args, Column& out)
{
    const auto list = evaluation.json().read(args[1].text);
    std::optional<bool> result;
    if (list && list->is_array()) {
        for (const auto item : simdjson::dom::array(*list)) {
            std::string_view range;
            const bool text = item.get(range) == simdjson::SUCCESS;
            const auto found = text && result != true ? Test(args[0].text, range) : std::nullopt;
            if (found)
                result = *found;
        }
    }
    if (result)
        out.appendBool(*result);
    else
        out.appendNull();
}

void isPrivate(Evaluation&, Args args, Column& out)
{
    const auto ip = readIpv4(args[0].text);
    if (!ip) {
        out.appendNull();
        return;
    }
    const auto within = [&](std::string_view range) {
        const auto r = readIpv4(range);
        return ip->prefix >= r->prefix && ip->masked(r->prefix) == r->address;
    };
    out.appendBool(within("10.0.0.0/8") || within("172.16.0.0/12") || within("192.168.0.0/16"));
}

void parseAddress4(Evaluation&, Args args, Column& out)
{
    const auto ip = readIpv4(args[0].text);
    const auto given = prefixArgument(args, 1, 32);
    if (ip && given)
        out.appendInteger(ip->masked(std::min(ip->prefix, *given)));
    else
        out.appendNull();
}
void parseAddress6(Evaluation&, Args args, Column& out)
{
    const auto ip = readIpv6(args[0].text);
    const auto given = prefixArgument(args, 1, 128);
    out.appendText(ip && given ? ipv6ToText(ip->masked(std::min(ip->prefix, *given))) : std::string());
}
void netmaskSuffix(Evaluation&, Args args, Column& out)
{
    if (const auto ip = readIpv4(args[0].text))
        out.appendInteger(ip->prefix);
    else
        out.appendNull();
}

void formatAddress(Args args, std::optional<Ipv4> ip, bool withMask, Column& out)
{
    const auto given = prefixArgument(args, 1, 32);
    if (!ip || !given) {
        out.appendText("");
        return;
    }
    const unsigned bits = std::min(ip->prefix, *given);
    out.appendText(ipv4ToText(ip->masked(bits)) + (withMask ? "/" + std::to_string(bits) : std::string()));
}
template <bool WithMask>
void formatText(Evaluation&, Args args, Column& out)
{
    formatAddress(args, readIpv4(args[0].text), WithMask, out);
}
template <bool WithMask>
void formatNumber(Evaluation&, Args args, Column& out)
{
    std::optional<Ipv4> ip;
    if (!args[0].null && args[0].integer >= 0 && args[0].integer <= UINT32_MAX)
        ip = Ipv4{static_cast<std::uint32_t>(args[0].integer), 32};
    formatAddress(args, ip, WithMask, out);
}

/// The fewest networks that cover the addresses from the first to the last.
void rangeToNetworks(Evaluation& evaluation, Args args, Column& out)
{
    const auto first = readIpv4(args[0].text);
    const auto last = readIpv4(args[1].text);
    if (!first || !last || first->address > last->address) {
        out.appendNull();
        return;
    }
    std::string& json = evaluation.scratch;
    json = "[";
    for (std::uint64_t at = first->address; at <= last->address;) {
        unsigned bits = 32;
        while (bits > 0) {
            const std::uint64_t size = std::uint64_t{1} << (33 - bits);
            if (at % size != 0 || at + size - 1 > last->address)
                break;
            --bits;
        }
        if (json.size() > 1)
            json += ',';
        appendJsonString(json, ipv4ToText(static_cast<std::uint32_t>(at)) + "/" + std::to_string(bits));
        at += std::uint64_t{1} << (32 - bits);
    }
    json += ']';
    out.appendText(json);
}

bool isAlphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Calls visit with each text that has the form of an address and stands alone; stops when it answers true.
template <typename Visit>
bool anyAddressIn(std::string_view text, Visit visit)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = at;
        while (at < text.size() && ((text[at] >= '0' && text[at] <= '9') || text[at] == '.'))
            ++at;
        if (at == start) {
            ++at;
            continue;
        }
        const bool alone = (start == 0 || !isAlphanumeric(text[start - 1])) &&
                           (at == text.size() || !isAlphanumeric(text[at]));
        std::string_view candidate = text.substr(start, at - start);
        while (candidate.ends_with('.')) // the end of a sentence
            candidate.remove_suffix(1);
        if (alone && readIpv4(candidate) && visit(candidate))
            return true;
    }
    return false;
}

bool hasAddress(std::string_view text, std::string_view wanted)
{
    const auto ip = readIpv4(wanted);
    return ip && anyAddressIn(text, [&](std::string_view found) { return found == wanted; });
}
/// A prefix is a whole address or ends with a dot.
bool hasAddressPrefix(std::string_view text, std::string_view prefix)
{
    const bool fits = prefix.ends_with('.') || readIpv4(prefix);
    return fits && anyAddressIn(text, [&](std::string_view found) { return found.starts_with(prefix); });
}

using Has = bool (*)(std::string_view, std::string_view);
template <Has Test>
void hasAny(Evaluation&, Args args, Column& out)
{
    bool found = false;
    for (std::size_t i = 1; i < args.size() && !found; ++i)
        found = Test(args[0].text, args[i].text);
    out.appendBool(found);
}
template <Has Test>
void hasAnyOf(Evaluation& evaluation, Args args, Column& out)
{
    const auto list = args[1].null ? std::nullopt : evaluation.json().read(args[1].text);
    bool found = false;
    if (list && list->is_array()) {
        for (const auto item : simdjson::dom::array(*list)) {
            std::string_view wanted;
            found = found || (item.get(wanted) == simdjson::SUCCESS && Test(args[0].text, wanted));
        }
    }
    out.appendBool(found);
}

const std::array IpFunctions = {
    FunctionSpec{"parse_ipv4", "s", 'l', parseAddress4},
    FunctionSpec{"parse_ipv4_mask", "sl", 'l', parseAddress4},
    FunctionSpec{"parse_ipv6", "s", 's', parseAddress6},
    FunctionSpec{"parse_ipv6_mask", "sl", 's', parseAddress6},
    FunctionSpec{"ipv4_netmask_suffix", "s", 'l', netmaskSuffix},
    FunctionSpec{"format_ipv4", "s|l", 's', formatText<false>},
    FunctionSpec{"format_ipv4", "l|l", 's', formatNumber<false>},
    FunctionSpec{"format_ipv4_mask", "s|l", 's', formatText<true>},
    FunctionSpec{"format_ipv4_mask", "l|l", 's', formatNumber<true>},
    FunctionSpec{"ipv4_compare", "ss|l", 'l', compareAddresses<compareIpv4>},
    FunctionSpec{"ipv4_is_match", "ss|l", 'b', matchAddresses<compareIpv4>},
    FunctionSpec{"ipv6_compare", "ss|l", 'l', compareAddresses<compareIpv6>},
    FunctionSpec{"ipv6_is_match", "ss|l", 'b', matchAddresses<compareIpv6>},
    FunctionSpec{"ipv4_is_in_range", "ss", 'b', inAnyRange<isInIpv4Range>},
    FunctionSpec{"ipv6_is_in_range", "ss", 'b', inAnyRange<isInIpv6Range>},
    FunctionSpec{"ipv4_is_in_any_range", "sj", 'b', inRangeList<isInIpv4Range>, nullptr, Strict},
    FunctionSpec{"ipv4_is_in_any_range", "ss+", 'b', inAnyRange<isInIpv4Range>},
    FunctionSpec{"ipv6_is_in_any_range", "sj", 'b', inRangeList<isInIpv6Range>, nullptr, Strict},
    FunctionSpec{"ipv6_is_in_any_range", "ss+", 'b', inAnyRange<isInIpv6Range>},
    FunctionSpec{"ipv4_is_private", "s", 'b', isPrivate},
    FunctionSpec{"ipv4_range_to_cidr_list", "ss", 'j', rangeToNetworks},
    FunctionSpec{"has_ipv4", "ss", 'b', hasAny<hasAddress>},
    FunctionSpec{"has_any_ipv4", "sj", 'b', hasAnyOf<hasAddress>},
    FunctionSpec{"has_any_ipv4", "ss+", 'b', hasAny<hasAddress>},
    FunctionSpec{"has_ipv4_prefix", "ss", 'b', hasAny<hasAddressPrefix>},
    FunctionSpec{"has_any_ipv4_prefix", "sj", 'b', hasAnyOf<hasAddressPrefix>},
    FunctionSpec{"has_any_ipv4_prefix", "ss+", 'b', hasAny<hasAddressPrefix>},
};

} // namespace

std::span<const FunctionSpec> ipFunctions()
{
    return IpFunctions;
}

} // namespace gatehouse::kql
