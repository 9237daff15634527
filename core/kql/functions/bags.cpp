// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/arrays.h"
#include "core/kql/functions/json.h"
#include "core/kql/functions/jsonpath.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/limits.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;
using simdjson::dom::element;

void appendBag(Column& out, const std::string& json)
{
    if (json.size() > MaxDynamic)
        out.appendNull();
    else
        out.appendText(json);
}

/// The keys of an array that are texts, each with the JSON of the value at the same place.
void bagZip(Evaluation& evaluation, Args args, Column& out)
{
    const auto keys = elementsOf(evaluation, args[0]);
    const auto values = elementsOf(evaluation, args[1]);
    if (!keys) {
        out.appendNull();
        return;
    }
    std::string& json = evaluation.scratch;
    json = "{";
    std::set<std::string> seen;
    for (std::size_t i = 0; i < keys->size(); ++i) {
        const std::string& key = (*keys)[i];
        if (!key.starts_with('"') || !seen.insert(key).second)
            continue;
        json += json.size() > 1 ? "," : "";
        json += key + ':' + (values && i < values->size() ? (*values)[i] : "null");
    }
    appendBag(out, json += '}');
}

/// Writes a bag (null: none) with a value at the end of a path; what is no bag on the way is replaced by one.
void appendWith(std::string& json, const element* value, const std::vector<PathStep>& path, std::size_t depth,
                std::string_view added)
{
    if (depth == path.size()) {
        json += added;
        return;
    }
    const std::string& wanted = path[depth].key;
    bool replaced = false;
    json += '{';
    const auto appendKey = [&](std::string_view key) {
        json += json.back() == '{' ? "" : ",";
        appendJsonString(json, key);
        json += ':';
    };
    if (value && value->is_object()) {
        for (const auto& [key, old] : simdjson::dom::object(*value)) {
            appendKey(key);
            if (key != wanted) {
                appendJson(json, old);
                continue;
            }
            replaced = true;
            appendWith(json, &old, path, depth + 1, added);
        }
    }
    if (!replaced) {
        appendKey(wanted);
        appendWith(json, nullptr, path, depth + 1, added);
    }
    json += '}';
}

/// bag_set_key(bag, key or path, value); a path has no indices.
void bagSetKey(Evaluation& evaluation, Args args, Column& out)
{
    if (args[0].null) {
        out.appendNull();
        return;
    }
    const auto value = evaluation.json().read(args[0].text);
    auto path = readJsonPath(args[1].text);
    if (!path)
        path = {{std::string(args[1].text), 0, false}};
    constexpr std::size_t DeepestPath = 100; // JSON readers take 128
    const bool indexed =
        std::any_of(path->begin(), path->end(), [](const PathStep& step) { return step.isIndex; });
    if (!value || !value->is_object() || indexed || path->empty() || path->size() > DeepestPath) {
        out.appendNull();
        return;
    }
    std::string& json = evaluation.scratch;
    json.clear();
    appendWith(json, &*value, *path, 0, args[2].null ? std::string_view("null") : args[2].text);
    appendBag(out, json);
}

/// A key, or with "$" in front a path to one.
void bagHasKey(Evaluation& evaluation, Args args, Column& out)
{
    const auto value = evaluation.json().read(args[0].text);
    if (!value || !value->is_object()) {
        out.appendNull();
        return;
    }
    element found;
    bool has = value->at_key(args[1].text).get(found) == simdjson::SUCCESS;
    if (!has && args[1].text.starts_with('$')) {
        const auto path = readJsonPath(args[1].text);
        has = path && follow(*value, *path);
    }
    out.appendBool(has);
}

using Paths = std::vector<std::vector<PathStep>>;

/// Writes a value without what the paths lead to; depth is how many of their steps were taken. The recursion
/// is as deep as the longest path that matches, which the reader's depth bounds.
void appendWithout(std::string& json, element value, const std::set<std::string, std::less<>>& keys,
                   const Paths& paths, std::size_t depth)
{
    const auto appendChild = [&](std::string_view key, std::int64_t index, element child) {
        Paths inner;
        bool removed = index < 0 && keys.contains(key);
        for (const auto& path : paths) {
            const PathStep& step = path[depth];
            if (step.isIndex ? step.index != index : index >= 0 || step.key != key)
                continue;
            removed = removed || path.size() == depth + 1;
            inner.push_back(path);
        }
        if (removed)
            return;
        json += json.back() == '{' || json.back() == '[' ? "" : ",";
        if (index < 0) {
            appendJsonString(json, key);
            json += ':';
        }
        if (inner.empty())
            appendJson(json, child);
        else
            appendWithout(json, child, {}, inner, depth + 1);
    };
    if (value.is_object()) {
        json += '{';
        for (const auto& [key, child] : simdjson::dom::object(value))
            appendChild(key, -1, child);
        json += '}';
    } else if (value.is_array()) {
        json += '[';
        std::int64_t index = 0;
        for (const element child : simdjson::dom::array(value))
            appendChild({}, index++, child);
        json += ']';
    } else {
        appendJson(json, value);
    }
}

void bagRemoveKeys(Evaluation& evaluation, Args args, Column& out)
{
    const auto value = evaluation.json(0).read(args[0].text);
    const auto keys = evaluation.json(1).read(args[1].text);
    if (!value || !value->is_object() || !keys || !keys->is_array()) {
        out.appendNull();
        return;
    }
    std::set<std::string, std::less<>> plain;
    Paths paths;
    constexpr std::size_t MostPaths = 1000; // each field is held against all of them
    for (const element key : simdjson::dom::array(*keys)) {
        std::string_view text;
        if (key.get(text) != simdjson::SUCCESS)
            continue;
        plain.insert(std::string(text));
        const auto path = readJsonPath(text);
        if (path && !path->empty() && paths.size() < MostPaths)
            paths.push_back(*path);
    }
    std::string& json = evaluation.scratch;
    json.clear();
    appendWithout(json, *value, plain, paths, 0);
    out.appendText(json);
}

/// All paths of a value, without the numbers of elements beyond the first: ['a'][0]['b'].
void collectPaths(element value, const std::string& prefix, std::vector<std::string>& paths,
                  std::set<std::string>& seen)
{
    const auto visit = [&](const std::string& path, element child) {
        if (seen.insert(path).second)
            paths.push_back(path);
        collectPaths(child, path, paths, seen);
    };
    if (value.is_object()) {
        for (const auto& [key, child] : simdjson::dom::object(value))
            visit(prefix + "['" + std::string(key) + "']", child);
    } else if (value.is_array()) {
        for (const element child : simdjson::dom::array(value))
            visit(prefix + "[0]", child);
    }
}

void treePath(Evaluation& evaluation, Args args, Column& out)
{
    const auto value = evaluation.json().read(args[0].text);
    if (!value || !(value->is_object() || value->is_array())) {
        out.appendNull();
        return;
    }
    std::vector<std::string> paths;
    std::set<std::string> seen;
    collectPaths(*value, {}, paths, seen);
    for (std::string& path : paths) {
        std::string json;
        appendJsonString(json, path);
        path = std::move(json);
    }
    appendArray(evaluation, out, paths);
}

/// JSON with sorted keys, so that equal bags have equal texts.
void appendSorted(std::string& json, element value)
{
    if (value.is_object()) {
        std::map<std::string_view, element> fields;
        for (const auto& [key, child] : simdjson::dom::object(value))
            fields.emplace(key, child);
        json += '{';
        for (const auto& [key, child] : fields) {
            json += json.back() == '{' ? "" : ",";
            appendJsonString(json, key);
            json += ':';
            appendSorted(json, child);
        }
        json += '}';
    } else if (value.is_array()) {
        json += '[';
        for (const element child : simdjson::dom::array(value)) {
            json += json.back() == '[' ? "" : ",";
            appendSorted(json, child);
        }
        json += ']';
    } else {
        appendJson(json, value);
    }
}

void dynamicToJson(Evaluation& evaluation, Args args, Column& out)
{
    const auto value = evaluation.json().read(args[0].text);
    std::string& json = evaluation.scratch;
    json.clear();
    if (value)
        appendSorted(json, *value);
    else
        json = args[0].text;
    out.appendText(json);
}

/// extract_json(path, text): texts as they are, other values as JSON, "" when there is none.
void extractJson(Evaluation& evaluation, Args args, Column& out)
{
    const auto path = readJsonPath(args[0].text);
    const auto value = path ? evaluation.json().read(args[1].text) : std::nullopt;
    const auto found = value ? follow(*value, *path) : std::nullopt;
    std::string& text = evaluation.scratch;
    text.clear();
    if (found)
        appendDynamicText(text, *found);
    out.appendText(text);
}

const std::array BagFunctions = {
    FunctionSpec{"bag_zip", "jj", 'j', bagZip},
    FunctionSpec{"bag_set_key", "jsJ", 'j', bagSetKey},
    FunctionSpec{"bag_has_key", "js", 'b', bagHasKey, nullptr, Strict},
    FunctionSpec{"bag_remove_keys", "jj", 'j', bagRemoveKeys, nullptr, Strict},
    FunctionSpec{"treepath", "j", 'j', treePath, nullptr, Strict},
    FunctionSpec{"dynamic_to_json", "j", 's', dynamicToJson, nullptr, Strict},
    FunctionSpec{"extract_json", "sS", 's', extractJson},
    FunctionSpec{"extractjson", "sS", 's', extractJson},
};

} // namespace

std::span<const FunctionSpec> bagFunctions()
{
    return BagFunctions;
}

} // namespace gatehouse::kql
