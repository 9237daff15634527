// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/smoke/schema.h"

#include "core/base/suggestion.h"
#include "core/base/utf8.h"
#include "core/rag/smoke/quote.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>

namespace gatehouse::rag::smoke {

namespace {

constexpr std::array<std::string_view, 7> Types{"null",   "boolean", "object", "array",
                                                "number", "integer", "string"};
constexpr std::array<std::string_view, 7> Annotations{"$schema",     "$id",     "$comment", "title",
                                                      "description", "default", "examples"};
constexpr std::array<std::string_view, 14> Keywords{
    "type",     "properties", "required",  "items",     "enum",    "const",
    "minimum",  "maximum",    "minLength", "maxLength", "pattern", "additionalProperties",
    "minItems", "maxItems"};

template <std::size_t N>
bool isOneOf(const std::array<std::string_view, N>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool isCount(const Json& value)
{
    return value.is_number_integer() && value >= 0;
}

bool isType(const Json& value)
{
    return value.is_string() && isOneOf(Types, value.get_ref<const std::string&>());
}

bool isListOfTexts(const Json& value)
{
    if (!value.is_array())
        return false;
    for (auto item = value.begin(); item != value.end(); ++item) {
        if (!item->is_string() || std::find(value.begin(), item, *item) != item)
            return false;
    }
    return true;
}

/// What a keyword's value should be; empty when it is that.
std::string wrongValue(const std::string& keyword, const Json& value)
{
    if (keyword == "type") {
        const bool list =
            value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), isType);
        return list || isType(value)
                   ? ""
                   : "a type (null, boolean, object, array, number, integer, string) or a list of them";
    }
    if (keyword == "properties")
        return value.is_object() ? "" : "an object of schemas";
    if (keyword == "required")
        return isListOfTexts(value) ? "" : "a list of different texts";
    if (keyword == "enum")
        return value.is_array() && !value.empty() ? "" : "a list of values";
    if (keyword == "minimum" || keyword == "maximum")
        return value.is_number() ? "" : "a number";
    if (keyword.starts_with("min") || keyword.starts_with("max"))
        return isCount(value) ? "" : "a whole number from 0";
    if (keyword == "items" || keyword == "additionalProperties")
        return value.is_object() || value.is_boolean() ? "" : "a schema, true or false";
    if (keyword == "pattern") {
        if (!value.is_string())
            return "a regular expression";
        const RE2 pattern(value.get_ref<const std::string&>(), RE2::Quiet);
        return pattern.ok() ? "" : "a regular expression of RE2 (" + pattern.error() + ")";
    }
    return "";
}

class SchemaCheck
{
public:
    std::optional<SchemaProblem> problem;

    void check(const Json& schema)
    {
        if (schema.is_boolean() || problem)
            return;
        if (!schema.is_object())
            return report("A schema is an object, true or false.");
        for (const auto& [keyword, value] : schema.items()) {
            m_path.push_back(keyword);
            checkKeyword(keyword, value);
            m_path.pop_back();
        }
    }

private:
    void checkKeyword(const std::string& keyword, const Json& value)
    {
        if (isOneOf(Annotations, keyword))
            return;
        if (!isOneOf(Keywords, keyword))
            return report("The keyword " + inQuotes(keyword) + " of JSON Schema is not understood here." +
                          didYouMean(keyword, {Keywords.begin(), Keywords.end()}));
        if (const std::string wanted = wrongValue(keyword, value); !wanted.empty())
            return report(inQuotes(keyword) + " is " + wanted + ".");
        if (keyword == "items" || keyword == "additionalProperties")
            check(value);
        if (keyword == "properties") {
            for (const auto& [name, schema] : value.items()) {
                m_path.push_back(name);
                check(schema);
                m_path.pop_back();
            }
        }
    }
    void report(std::string sentence)
    {
        if (!problem)
            problem = SchemaProblem{m_path, std::move(sentence)};
    }

    std::vector<std::string> m_path;
};

bool hasType(const Json& value, const std::string& type)
{
    if (type == "integer")
        return value.is_number_integer() ||
               (value.is_number() && std::trunc(value.get<double>()) == value.get<double>());
    if (type == "number")
        return value.is_number();
    if (type == "null")
        return value.is_null();
    if (type == "boolean")
        return value.is_boolean();
    if (type == "object")
        return value.is_object();
    return type == "array" ? value.is_array() : value.is_string();
}

/// Validates and stops at the first violation.
class Validation
{
public:
    std::optional<std::string> found;

    void validate(const Json& schema, const Json& value)
    {
        if (schema.is_boolean()) {
            if (!schema.get<bool>())
                report("must not be there");
            return;
        }
        checkAny(schema, value);
        if (value.is_number())
            checkNumber(schema, value);
        if (value.is_string())
            checkText(schema, value.get_ref<const std::string&>());
        if (value.is_array())
            checkList(schema, value);
        if (value.is_object())
            checkObject(schema, value);
    }

private:
    void checkAny(const Json& schema, const Json& value)
    {
        if (const Json& type = memberAt(schema, "type"); !type.is_null()) {
            const Json types = type.is_array() ? type : Json::array({type});
            const bool fits = std::any_of(types.begin(), types.end(), [&](const Json& one) {
                return hasType(value, one.get_ref<const std::string&>());
            });
            if (!fits)
                report("is " + shown(value) + ", not of type " +
                       (type.is_array() ? dumpJson(type) : textAt(schema, "type")));
        }
        if (const Json& allowed = memberAt(schema, "enum"); allowed.is_array()) {
            if (std::find(allowed.begin(), allowed.end(), value) == allowed.end())
                report("is " + shown(value) + ", none of " + shown(allowed));
        }
        if (const auto wanted = schema.find("const"); wanted != schema.end() && *wanted != value)
            report("is " + shown(value) + ", not " + shown(*wanted));
    }
    void checkNumber(const Json& schema, const Json& value)
    {
        if (const Json& minimum = memberAt(schema, "minimum"); minimum.is_number() && value < minimum)
            report("is " + shown(value) + ", below " + shown(minimum));
        if (const Json& maximum = memberAt(schema, "maximum"); maximum.is_number() && value > maximum)
            report("is " + shown(value) + ", above " + shown(maximum));
    }
    void checkText(const Json& schema, const std::string& text)
    {
        checkCount(schema, "minLength", "maxLength", codePointCount(text), "characters");
        if (const Json& pattern = memberAt(schema, "pattern"); pattern.is_string()) {
            auto& wanted = m_patterns[pattern.get_ref<const std::string&>()];
            if (wanted == nullptr)
                wanted = std::make_unique<RE2>(pattern.get_ref<const std::string&>(), RE2::Quiet);
            if (!RE2::PartialMatch(text, *wanted))
                report("is " + inQuotes(text) + ", which does not match " + shown(pattern));
        }
    }
    void checkList(const Json& schema, const Json& list)
    {
        checkCount(schema, "minItems", "maxItems", list.size(), "items");
        const auto items = schema.find("items");
        for (std::size_t i = 0; items != schema.end() && i < list.size() && !found; ++i)
            within("[" + std::to_string(i) + "]", *items, list[i]);
    }
    void checkObject(const Json& schema, const Json& object)
    {
        const Json& properties = memberAt(schema, "properties");
        const auto others = schema.find("additionalProperties");
        for (const Json& name : memberAt(schema, "required")) {
            if (!object.contains(name.get_ref<const std::string&>()))
                report("lacks " + inQuotes(name.get_ref<const std::string&>()));
        }
        for (const auto& [name, value] : object.items()) {
            if (found)
                return;
            const auto own = properties.find(name);
            if (own != properties.end())
                within("." + oneLine(name, MaxName), *own, value);
            else if (others != schema.end())
                within("." + oneLine(name, MaxName), *others, value);
        }
    }
    void checkCount(const Json& schema, const char* least, const char* most, std::size_t count,
                    const char* unit)
    {
        const std::string has = "has " + std::to_string(count) + " " + unit;
        if (const Json& limit = memberAt(schema, least); isCount(limit) && count < limit.get<std::uint64_t>())
            report(has + ", fewer than " + shown(limit));
        if (const Json& limit = memberAt(schema, most); isCount(limit) && count > limit.get<std::uint64_t>())
            report(has + ", more than " + shown(limit));
    }
    void within(const std::string& step, const Json& schema, const Json& value)
    {
        const std::size_t length = m_path.size();
        m_path += step;
        validate(schema, value);
        m_path.resize(length);
    }
    void report(const std::string& what)
    {
        if (!found)
            found = m_path + " " + what;
    }
    static std::string shown(const Json& value) { return oneLine(dumpJson(value), MaxValue); }

    static constexpr std::size_t MaxName = 40;
    static constexpr std::size_t MaxValue = 80;
    std::string m_path = "$";
    std::map<std::string, std::unique_ptr<RE2>> m_patterns; // compiled once, however many items they are for
};

} // namespace

std::optional<SchemaProblem> checkSchema(const Json& schema)
{
    SchemaCheck check;
    check.check(schema);
    return check.problem;
}

std::optional<std::string> violation(const Json& schema, const Json& value)
{
    Validation validation;
    validation.validate(schema, value);
    return validation.found;
}

} // namespace gatehouse::rag::smoke
