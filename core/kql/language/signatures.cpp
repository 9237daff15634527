// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/signatures.h"

#include "core/kql/functions/aggregates.h"
#include "core/kql/functions/registry.h"
#include "core/kql/language/words.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace gatehouse::kql::language {

namespace {

/// Names of the registry that stand for operators and for steps of the engine.
constexpr std::array<std::string_view, 7> Internal = {"access",  "negate",     "and",    "or",
                                                      "convert", "in_dynamic", "between"};

bool isCallable(std::string_view name)
{
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    return plain && std::find(Internal.begin(), Internal.end(), name) == Internal.end() &&
           !hasWord(comparisonWords(), name) && name != "matches";
}

std::string_view typeOf(char letter)
{
    switch (letter) {
    case 'S':
    case '*':
    case 'c':
        return "value";
    case 'J':
        return "value";
    default: {
        const auto type = typeOfLetter(letter);
        return type ? toString(*type) : std::string_view("value");
    }
    }
}

/// "(string, long[, long])" from the letters of a registered form.
std::string parametersFrom(std::string_view signature)
{
    std::string text;
    std::size_t open = 0;
    for (const char letter : signature) {
        if (letter == '|') {
            text += '[';
            ++open;
        } else if (letter == '+') {
            text += ", …";
        } else {
            const bool first = text.empty() || text == "[";
            text += first ? "" : ", ";
            text += typeOf(letter);
        }
    }
    return text + std::string(open, ']');
}

std::vector<std::string_view> collect(std::span<const FunctionDoc> first, std::span<const FunctionDoc> second,
                                      std::vector<std::string_view> others)
{
    std::vector<std::string_view> names;
    std::unordered_set<std::string_view> seen;
    for (const auto& docs : {first, second}) {
        for (const FunctionDoc& doc : docs) {
            if (seen.insert(doc.name).second)
                names.push_back(doc.name);
        }
    }
    std::sort(others.begin(), others.end());
    for (const std::string_view name : others) {
        if (isCallable(name) && seen.insert(name).second)
            names.push_back(name);
    }
    return names;
}

const std::unordered_map<std::string_view, const FunctionDoc*>& docs()
{
    static const auto built = [] {
        std::unordered_map<std::string_view, const FunctionDoc*> map;
        for (const auto& list : {scalarDocs(), moreScalarDocs(), aggregateDocs()}) {
            for (const FunctionDoc& doc : list)
                map.emplace(doc.name, &doc);
        }
        return map;
    }();
    return built;
}

} // namespace

const FunctionDoc* findFunctionDoc(std::string_view name)
{
    const auto found = docs().find(name);
    return found == docs().end() ? nullptr : found->second;
}

const FunctionDoc* findAggregateDoc(std::string_view name)
{
    const auto list = aggregateDocs();
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const FunctionDoc& doc) { return doc.name == name; });
    return found == list.end() ? nullptr : &*found;
}

std::string signatureOf(std::string_view function)
{
    if (const FunctionDoc* doc = findFunctionDoc(function))
        return std::string(function) + "(" + std::string(doc->parameters) + ")";
    const auto forms = findFunctions(function);
    if (!forms.empty() && isCallable(function)) {
        const auto longest = std::max_element(forms.begin(), forms.end(), [](const auto* a, const auto* b) {
            return a->signature.size() < b->signature.size();
        });
        return std::string(function) + "(" + parametersFrom((*longest)->signature) + ")";
    }
    return isAggregate(function) ? std::string(function) + "(value)" : std::string();
}

std::string_view descriptionOf(std::string_view function)
{
    const FunctionDoc* doc = findFunctionDoc(function);
    return doc == nullptr ? std::string_view() : doc->text;
}

bool isKnownFunction(std::string_view name)
{
    return findFunctionDoc(name) != nullptr || isAggregate(name) ||
           (isCallable(name) && !findFunctions(name).empty());
}

const std::vector<std::string_view>& knownScalars()
{
    static const std::vector<std::string_view> names =
        collect(scalarDocs(), moreScalarDocs(), functionNames());
    return names;
}

const std::vector<std::string_view>& knownAggregates()
{
    static const std::vector<std::string_view> names = collect(aggregateDocs(), {}, aggregateNames());
    return names;
}

const std::vector<std::string_view>& knownFunctions()
{
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all = knownScalars();
        all.insert(all.end(), knownAggregates().begin(), knownAggregates().end());
        return all;
    }();
    return names;
}

} // namespace gatehouse::kql::language
