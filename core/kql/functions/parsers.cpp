// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/arrays.h"
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <set>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

void appendField(std::string& json, std::string_view key, std::string_view text)
{
    if (json.size() > 1)
        json += ',';
    appendJsonString(json, key);
    json += ':';
    appendJsonString(json, text);
}

/// The text before a mark, which is cut off with it; the whole text when there is none.
std::string_view takeUntil(std::string_view& text, char mark)
{
    const std::size_t at = text.find(mark);
    const std::string_view head = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return head;
}

/// "a=1&b=2" as a bag of texts; the first value of a key stays.
std::string queryParameters(std::string_view query)
{
    std::string json = "{";
    std::set<std::string_view> seen;
    while (!query.empty()) {
        std::string_view pair = takeUntil(query, '&');
        const std::string_view key = takeUntil(pair, '=');
        if (!key.empty() && seen.insert(key).second)
            appendField(json, key, pair);
    }
    return json + '}';
}

struct Authority
{
    std::string_view user;
    std::string_view password;
    std::string_view host;
    std::string_view port;
};

/// user:password@host:port; a host in brackets is an IPv6 address.
Authority readAuthority(std::string_view text)
{
    Authority result;
    if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
        std::string_view login = text.substr(0, at);
        result.user = takeUntil(login, ':');
        result.password = login;
        text.remove_prefix(at + 1);
    }
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    result.host = text.substr(0, colon);
    if (colon != std::string_view::npos)
        result.port = text.substr(colon + 1);
    return result;
}

void parseUrl(Evaluation&, Args args, Column& out)
{
    std::string_view rest = args[0].text;
    std::string_view scheme;
    Authority authority;
    if (const std::size_t end = rest.find("://"); end != std::string_view::npos) {
        scheme = rest.substr(0, end);
        rest.remove_prefix(end + 3);
        const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
        authority = readAuthority(rest.substr(0, path));
        rest.remove_prefix(path);
    }
    std::string_view address = takeUntil(rest, '#');
    const std::string_view fragment = rest;
    const std::string_view path = takeUntil(address, '?');
    std::string json = "{";
    appendField(json, "Scheme", scheme);
    appendField(json, "Host", authority.host);
    appendField(json, "Port", authority.port);
    appendField(json, "Path", path);
    appendField(json, "Username", authority.user);
    appendField(json, "Password", authority.password);
    json += ",\"Query Parameters\":" + queryParameters(address);
    appendField(json, "Fragment", fragment);
    out.appendText(json + '}');
}

void parseUrlQuery(Evaluation&, Args args, Column& out)
{
    std::string_view query = args[0].text;
    if (query.starts_with('?'))
        query.remove_prefix(1);
    out.appendText("{\"Query Parameters\":" + queryParameters(query) + '}');
}

void parsePath(Evaluation&, Args args, Column& out)
{
    std::string_view rest = args[0].text;
    std::string_view scheme;
    if (const std::size_t end = rest.find("://"); end != std::string_view::npos) {
        scheme = rest.substr(0, end);
        rest.remove_prefix(end + 3);
    }
    const std::string_view root = rest.size() > 1 && rest[1] == ':' ? rest.substr(0, 2) : std::string_view();
    const std::size_t slash = rest.find_last_of("/\\");
    const std::string_view directory = slash == std::string_view::npos ? "" : rest.substr(0, slash);
    std::string_view file =
        slash == std::string_view::npos ? rest.substr(root.size()) : rest.substr(slash + 1);
    std::string_view stream = file;
    file = takeUntil(stream, ':'); // what is left is an alternate data stream
    const std::size_t parent = directory.find_last_of("/\\");
    const std::size_t dot = file.rfind('.');
    std::string json = "{";
    appendField(json, "Scheme", scheme);
    appendField(json, "RootPath", root);
    appendField(json, "DirectoryPath", directory);
    appendField(json, "DirectoryName",
                parent == std::string_view::npos ? (directory == root ? "" : directory)
                                                 : directory.substr(parent + 1));
    appendField(json, "Filename", file);
    appendField(json, "Extension", dot == std::string_view::npos ? "" : file.substr(dot + 1));
    appendField(json, "AlternateDataStreamName", stream);
    out.appendText(json + '}');
}

/// Up to four numbers of up to eight digits as one decimal that orders as versions do.
void parseVersion(Evaluation&, Args args, Column& out)
{
    std::string_view rest = args[0].text;
    std::string digits;
    for (int part = 0; part < 4; ++part) {
        const bool missing = part > 0 && rest.empty();
        const std::string_view number = missing ? "0" : takeUntil(rest, '.');
        if (number.empty() || number.size() > 8 ||
            number.find_first_not_of("0123456789") != std::string_view::npos) {
            out.appendNull();
            return;
        }
        digits += std::string(8 - number.size(), '0') + std::string(number);
    }
    if (!rest.empty()) {
        out.appendNull();
        return;
    }
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    out.appendText(digits);
}

/// The first record of a CSV text.
void parseCsv(Evaluation& evaluation, Args args, Column& out)
{
    const std::string_view text = args[0].text;
    std::vector<std::string> fields;
    std::string field;
    const auto finish = [&] {
        appendJsonString(fields.emplace_back(), field);
        field.clear();
    };
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            const bool escaped = c == '"' && i + 1 < text.size() && text[i + 1] == '"';
            if (c == '"' && !escaped) {
                quoted = false;
                continue;
            }
            field += c;
            i += escaped ? 1 : 0;
        } else if (c == '"' && field.empty()) {
            quoted = true;
        } else if (c == ',') {
            finish();
        } else if (c == '\n' || c == '\r') {
            break;
        } else {
            field += c;
        }
    }
    finish();
    appendArray(evaluation, out, fields);
}

/// The arguments of a command line as Windows takes it apart: 2n backslashes and a quote are n backslashes,
/// one more escapes the quote.
std::vector<std::string> windowsArguments(std::string_view text)
{
    std::vector<std::string> result;
    std::string argument;
    bool any = false;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '\\') {
            const std::size_t end = std::min(text.find_first_not_of('\\', i), text.size());
            const std::size_t count = end - i;
            const bool quote = end < text.size() && text[end] == '"';
            argument.append(quote ? count / 2 : count, '\\');
            i = end;
            if (quote && count % 2 == 1) {
                argument += '"';
                ++i;
            }
            any = true;
        } else if (c == '"') {
            quoted = !quoted;
            any = true;
            ++i;
        } else if ((c == ' ' || c == '\t') && !quoted) {
            if (any)
                result.push_back(std::move(argument));
            argument.clear();
            any = false;
            ++i;
        } else {
            argument += c;
            any = true;
            ++i;
        }
    }
    if (any)
        result.push_back(std::move(argument));
    return result;
}

void parseCommandLine(Evaluation& evaluation, Args args, Column& out)
{
    auto arguments = windowsArguments(args[0].text);
    if (arguments.empty() || args[1].text != "windows") {
        out.appendNull();
        return;
    }
    for (std::string& argument : arguments) {
        std::string json;
        appendJsonString(json, argument);
        argument = std::move(json);
    }
    appendArray(evaluation, out, arguments);
}

const std::array ParserFunctions = {
    FunctionSpec{"parse_url", "s", 'j', parseUrl},
    FunctionSpec{"parseurl", "s", 'j', parseUrl},
    FunctionSpec{"parse_urlquery", "s", 'j', parseUrlQuery},
    FunctionSpec{"parse_path", "s", 'j', parsePath},
    FunctionSpec{"parse_version", "s", 'm', parseVersion},
    FunctionSpec{"parse_csv", "s", 'j', parseCsv},
    FunctionSpec{"parsecsv", "s", 'j', parseCsv},
    FunctionSpec{"parse_command_line", "ss", 'j', parseCommandLine},
};

} // namespace

std::span<const FunctionSpec> parserFunctions()
{
    return ParserFunctions;
}

} // namespace gatehouse::kql
