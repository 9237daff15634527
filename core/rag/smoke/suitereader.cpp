// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/smoke/suitereader.h"

#include "core/base/encoding.h"
#include "core/base/suggestion.h"
#include "core/rag/smoke/quote.h"
#include "core/rag/smoke/schema.h"

#include <re2/re2.h>

#include <array>
#include <charconv>

namespace gatehouse::rag::smoke {

namespace {

constexpr std::size_t MaxAssertionText = 1'000;
constexpr std::size_t MaxName = 200;
constexpr std::int64_t MaxMilliseconds = 3'600'000;
constexpr std::int64_t MaxTokens = 10'000'000;
constexpr std::int64_t MaxPage = 1'000'000;

/// What a key says, whatever the language that its writer comes from: citesPage, cites_page, "cites page".
std::string spelled(std::string_view key)
{
    std::string out = toLower(key);
    std::erase_if(out, [](char c) { return c == ' ' || c == '_' || c == '-'; });
    return out;
}

/// The node at a path of keys and indices, as far as the path leads.
const Node& nodeAt(const Node& root, const std::vector<std::string>& path)
{
    const Node* node = &root;
    for (const std::string& step : path) {
        const Node* next = nullptr;
        for (std::size_t i = 0; node->type == Node::Type::Map && i + 1 < node->items.size(); i += 2) {
            if (node->items[i].text == step)
                next = &node->items[i + 1];
        }
        if (next == nullptr)
            break;
        node = next;
    }
    return *node;
}

} // namespace

void TreeReader::report(const Node& node, std::string message, std::string advice)
{
    if (!m_problem)
        m_problem = problemAt(node, std::move(message), std::move(advice));
}

std::string TreeReader::text(const Node& node, std::string_view what, std::size_t maxBytes, bool lines)
{
    const std::string name(what);
    if (node.type != Node::Type::Scalar)
        report(node, "The " + name + " is no text.");
    else if (node.text.find_first_not_of(" \t\r\n") == std::string::npos)
        report(node, "The " + name + " is empty.");
    else if (node.text.size() > maxBytes)
        report(node, "The " + name + " is longer than " + std::to_string(maxBytes) + " bytes.");
    else if (!lines && node.text.find_first_of("\r\n") != std::string::npos)
        report(node, "The " + name + " has more than one line.");
    else
        return node.text;
    return {};
}

std::int64_t TreeReader::number(const Node& node, std::string_view what, std::int64_t least,
                                std::int64_t most)
{
    const Json value = toJson(node);
    if (!value.is_number_integer() || value < least || value > most) {
        report(node, "The " + std::string(what) + " is no whole number from " + std::to_string(least) +
                         " to " + std::to_string(most) + ".");
        return least;
    }
    return value.get<std::int64_t>();
}

bool TreeReader::flag(const Node& node, std::string_view what)
{
    const Json value = toJson(node);
    if (!value.is_boolean())
        report(node, "“" + std::string(what) + "” is true or false.");
    return value.is_boolean() && value.get<bool>();
}

std::string_view TreeReader::known(const Node& key, std::string_view what,
                                   std::span<const std::string_view> names)
{
    const std::string wanted = spelled(key.text);
    for (const std::string_view name : names) {
        if (spelled(name) == wanted)
            return name;
    }
    report(key, inQuotes(key.text) + " is no " + std::string(what) + "." +
                    didYouMean(key.text, {names.begin(), names.end()}));
    return {};
}

bool TreeReader::isMap(const Node& node, std::string_view what)
{
    if (node.type == Node::Type::Map)
        return true;
    report(node, "The " + std::string(what) + " is no map of keys and values.");
    return false;
}

std::vector<Assertion> AssertionReader::assertions(const Node& node)
{
    std::vector<Assertion> all;
    if (node.type == Node::Type::Map) {
        addAll(node, all);
    } else if (node.type == Node::Type::List) {
        Node nothing;
        for (const Node& item : node.items) {
            if (item.type == Node::Type::Scalar)
                addNamed(item, nothing, all); // "- refuses"
            else if (isMap(item, "assertion"))
                addAll(item, all);
        }
    } else {
        report(node, "The assertions are no list.");
    }
    if (all.empty())
        report(node, "The case asserts nothing.", "Say what must hold of the answer, as contains: …");
    if (all.size() > Suite::MaxAssertions)
        report(node, "The case has more than " + std::to_string(Suite::MaxAssertions) + " assertions.");
    return all;
}

void AssertionReader::addAll(const Node& map, std::vector<Assertion>& to)
{
    if (map.items.empty())
        report(map, "The assertion is empty.");
    for (std::size_t i = 0; i + 1 < map.items.size(); i += 2)
        addNamed(map.items[i], map.items[i + 1], to);
}

void AssertionReader::addNamed(const Node& key, const Node& value, std::vector<Assertion>& to)
{
    const std::string_view name = known(key, "assertion", AssertionNames);
    if (name.empty())
        return;
    const auto place = std::find(AssertionNames.begin(), AssertionNames.end(), name);
    const auto kind = static_cast<Assertion::Kind>(place - AssertionNames.begin());
    if (value.type == Node::Type::Null && kind != Assertion::Kind::Refuses &&
        kind != Assertion::Kind::Answers)
        return report(key, "“" + std::string(name) + "” says nothing more.", "Give it a value.");
    const bool several = value.type == Node::Type::List && kind != Assertion::Kind::JsonSchema;
    if (!several)
        return to.push_back(one(kind, value));
    if (value.items.empty())
        report(value, "The list is empty.");
    for (const Node& item : value.items)
        to.push_back(one(kind, item));
}

Assertion AssertionReader::one(Assertion::Kind kind, const Node& value)
{
    Assertion assertion;
    assertion.kind = kind;
    switch (kind) {
    case Assertion::Kind::Contains:
    case Assertion::Kind::NotContains:
        readText(value, assertion);
        break;
    case Assertion::Kind::Matches: {
        assertion.text = text(value, "expression", MaxAssertionText, true);
        const RE2 pattern(assertion.text, RE2::Quiet);
        if (!pattern.ok())
            report(value, "The regular expression is not right: " + oneLine(pattern.error(), 120) + ".",
                   "Expressions are RE2's, without look-around and back-references.");
        break;
    }
    case Assertion::Kind::CitesPage:
        readPage(value, assertion);
        break;
    case Assertion::Kind::CitesDocument:
    case Assertion::Kind::AnsweredBy:
        assertion.text = text(value, kind == Assertion::Kind::AnsweredBy ? "backend" : "document", MaxName);
        break;
    case Assertion::Kind::Refuses:
    case Assertion::Kind::Answers:
        if (value.type != Node::Type::Null && !flag(value, nameOf(kind)))
            assertion.kind =
                kind == Assertion::Kind::Refuses ? Assertion::Kind::Answers : Assertion::Kind::Refuses;
        break;
    case Assertion::Kind::LatencyBelow:
    case Assertion::Kind::FirstTokenBelow:
        assertion.limit = milliseconds(value, nameOf(kind));
        break;
    case Assertion::Kind::TokensBelow:
        readTokens(value, assertion);
        break;
    case Assertion::Kind::JsonSchema:
        readSchema(value, assertion);
        break;
    }
    return assertion;
}

void AssertionReader::readText(const Node& value, Assertion& to)
{
    static constexpr std::array<std::string_view, 2> Keys{"text", "case"};
    if (value.type != Node::Type::Map) {
        to.text = text(value, "text", MaxAssertionText, true);
        return;
    }
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
        const std::string_view key = known(value.items[i], "key of " + std::string(nameOf(to.kind)), Keys);
        if (key == "text")
            to.text = text(value.items[i + 1], "text", MaxAssertionText, true);
        else if (key == "case")
            to.caseSensitive = flag(value.items[i + 1], "case");
    }
    if (to.text.empty())
        report(value, "“" + std::string(nameOf(to.kind)) + "” has no text.");
}

void AssertionReader::readPage(const Node& value, Assertion& to)
{
    static constexpr std::array<std::string_view, 2> Keys{"document", "page"};
    if (value.type != Node::Type::Map) {
        to.page = static_cast<int>(number(value, "page", 1, MaxPage));
        return;
    }
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
        const std::string_view key = known(value.items[i], "key of citesPage", Keys);
        if (key == "page")
            to.page = static_cast<int>(number(value.items[i + 1], "page", 1, MaxPage));
        else if (key == "document")
            to.document = text(value.items[i + 1], "document", MaxName);
    }
    if (to.page == 0)
        report(value, "“citesPage” has no page.", "citesDocument asks for a document alone.");
}

void AssertionReader::readTokens(const Node& value, Assertion& to)
{
    static constexpr std::array<std::string_view, 3> Keys{"total", "prompt", "completion"};
    if (value.type != Node::Type::Map) {
        to.limit = number(value, "number of tokens", 1, MaxTokens);
        return;
    }
    if (value.items.size() != 2)
        return report(value, "“tokensBelow” names one of total, prompt and completion.",
                      "Write one assertion for each.");
    const std::string_view key = known(value.items[0], "part of tokensBelow", Keys);
    to.limit = number(value.items[1], "number of tokens", 1, MaxTokens);
    if (key != "total")
        to.tokens = key == "prompt" ? Assertion::Tokens::Prompt : Assertion::Tokens::Completion;
}

void AssertionReader::readSchema(const Node& value, Assertion& to)
{
    to.schema = toJson(value);
    if (const auto problem = checkSchema(to.schema))
        report(nodeAt(value, problem->path), problem->sentence);
}

std::int64_t AssertionReader::milliseconds(const Node& value, std::string_view what)
{
    const Node& node = value;
    std::string_view digits = node.text;
    double unit = 1;
    for (const auto& [suffix, factor] :
         {std::pair<std::string_view, double>{"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"m", 60'000}}) {
        if (digits.ends_with(suffix)) {
            digits.remove_suffix(suffix.size());
            unit = factor;
            break;
        }
    }
    while (digits.ends_with(' '))
        digits.remove_suffix(1);
    double count = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, count);
    const bool fits = node.type == Node::Type::Scalar && read.ec == std::errc() && read.ptr == end &&
                      count * unit >= 1 && count * unit <= static_cast<double>(MaxMilliseconds);
    if (!fits) {
        report(node, "“" + std::string(what) + "” is no time from 1 ms to an hour.",
               "Write milliseconds, or a time such as 800ms or 2s.");
        return 1;
    }
    return static_cast<std::int64_t>(count * unit);
}

} // namespace gatehouse::rag::smoke
