// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::gateway {

/// The order of a list in which both sides may have added, removed and moved; kept are the keys that stay.
/// Empty when both moved the same and not alike.
[[nodiscard]] std::optional<std::vector<std::string>> mergeOrder(const std::vector<std::string>& base,
                                                                 const std::vector<std::string>& wanted,
                                                                 const std::vector<std::string>& now,
                                                                 const std::vector<std::string>& kept);

template <typename T>
using KeyedList = std::vector<std::pair<std::string, T>>;

template <typename T>
[[nodiscard]] const T* findKey(const KeyedList<T>& list, const std::string& key)
{
    for (const auto& [name, value] : list) {
        if (name == key)
            return &value;
    }
    return nullptr;
}

template <typename T>
[[nodiscard]] std::vector<std::string> keysOf(const KeyedList<T>& list)
{
    std::vector<std::string> keys;
    for (const auto& item : list)
        keys.push_back(item.first);
    return keys;
}

/// A list of unique keys, three ways: mergeOne(key, base, wanted, now) decides about one element, null being
/// "not there" and an empty answer "goes". Empty when the order cannot be agreed on.
template <typename T, typename MergeOne>
[[nodiscard]] std::optional<KeyedList<T>> mergeKeyed(const KeyedList<T>& base, const KeyedList<T>& wanted,
                                                     const KeyedList<T>& now, MergeOne mergeOne)
{
    KeyedList<T> kept;
    for (const KeyedList<T>* list : {&now, &wanted, &base}) {
        for (const auto& item : *list) {
            const std::string& key = item.first;
            const bool seen = (list != &now && findKey(now, key) != nullptr) ||
                              (list == &base && findKey(wanted, key) != nullptr);
            if (seen)
                continue;
            std::optional<T> one = mergeOne(key, findKey(base, key), findKey(wanted, key), findKey(now, key));
            if (one)
                kept.emplace_back(key, std::move(*one));
        }
    }
    const auto order = mergeOrder(keysOf(base), keysOf(wanted), keysOf(now), keysOf(kept));
    if (!order)
        return std::nullopt;
    KeyedList<T> merged;
    for (const std::string& key : *order)
        merged.emplace_back(key, *findKey(kept, key));
    return merged;
}

} // namespace gatehouse::gateway
