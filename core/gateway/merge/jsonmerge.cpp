// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/merge/jsonmerge.h"

#include "core/base/encoding.h"
#include "core/gateway/backend.h"
#include "core/gateway/merge/listmerge.h"

#include <algorithm>
#include <set>

namespace gatehouse::gateway {

namespace {

const Json Nothing;

const Json& orNothing(const Json* value)
{
    return value == nullptr ? Nothing : *value;
}

bool sameText(const std::string& a, const std::string& b)
{
    if (a == b)
        return true;
    const std::string& shorter = a.size() < b.size() ? a : b;
    const std::string& longer = a.size() < b.size() ? b : a;
    return shorter.size() > 1 && shorter.front() == '/' && longer.front() == '/' &&
           shorter.find('/', 1) != std::string::npos &&
           equalsIgnoreCase(shorter, std::string_view(longer).substr(longer.size() - shorter.size()));
}

/// The number that a text is wholly; APIM takes and gives both.
bool sameNumber(const Json& number, const Json& text)
{
    return number.is_number() && text.is_string() && dumpJson(number) == text.get<std::string>();
}

bool sameObject(const Json& a, const Json& b)
{
    const auto covers = [](const Json& one, const Json& other) {
        for (auto it = one.begin(); it != one.end(); ++it) {
            if (!sameJson(it.value(), memberAt(other, it.key())))
                return false;
        }
        return true;
    };
    return covers(a, b) && covers(b, a);
}

/// The elements by what names them; empty when one has no such name or two have the same.
std::optional<KeyedList<Json>> keyed(const Json& list, const char* member)
{
    KeyedList<Json> result;
    std::set<std::string> seen;
    for (const Json& item : list) {
        const std::string key = toLower(lastSegment(textAt(item, member)));
        if (key.empty() || !seen.insert(key).second)
            return std::nullopt;
        result.emplace_back(key, item);
    }
    return result;
}

class Merger
{
public:
    explicit Merger(bool draftWins)
        : m_draftWins(draftWins)
    {}

    Json merge(const Json& base, const Json& wanted, const Json& now)
    {
        if (sameJson(wanted, base) || sameJson(wanted, now))
            return now;
        if (sameJson(now, base))
            return wanted;
        const bool objects = wanted.is_object() && now.is_object() && (base.is_object() || base.is_null());
        if (objects)
            return mergeMembers(base, wanted, now);
        if (base.is_array() && wanted.is_array() && now.is_array()) {
            for (const char* member : {"id", "name"}) {
                if (auto merged = mergeList(base, wanted, now, member))
                    return std::move(*merged);
            }
        }
        m_conflicts.push_back(spokenPath());
        return m_draftWins ? wanted : now;
    }

    [[nodiscard]] std::vector<std::string> takeConflicts()
    {
        return m_draftWins ? std::vector<std::string>() : std::move(m_conflicts);
    }

private:
    struct Step
    {
        std::string name;
        bool element = false; ///< of a list, by its own name
    };

    Json mergeMembers(const Json& base, const Json& wanted, const Json& now)
    {
        std::set<std::string> names;
        for (const Json* object : {&base, &wanted, &now}) {
            for (auto it = object->begin(); object->is_object() && it != object->end(); ++it)
                names.insert(it.key());
        }
        Json merged = Json::object();
        for (const std::string& name : names) {
            m_path.push_back({name, false});
            Json value = merge(memberAt(base, name), memberAt(wanted, name), memberAt(now, name));
            m_path.pop_back();
            if (!value.is_null())
                merged[name] = std::move(value);
        }
        return merged;
    }

    std::optional<Json> mergeList(const Json& base, const Json& wanted, const Json& now, const char* member)
    {
        const auto before = keyed(base, member);
        const auto mine = keyed(wanted, member);
        const auto theirs = keyed(now, member);
        if (!before || !mine || !theirs)
            return std::nullopt;
        const auto merged =
            mergeKeyed(*before, *mine, *theirs,
                       [this](const std::string& key, const Json* b, const Json* w, const Json* n) {
                           m_path.push_back({key, true});
                           Json value = merge(orNothing(b), orNothing(w), orNothing(n));
                           m_path.pop_back();
                           return value.is_null() ? std::nullopt : std::optional(std::move(value));
                       });
        if (!merged) {
            m_conflicts.push_back("order of " + spokenPath());
            return m_draftWins ? wanted : now;
        }
        Json list = Json::array();
        for (const auto& item : *merged)
            list.push_back(item.second);
        return list;
    }

    /// "weight of aoai-eastus", "trip duration of trip", "url"
    [[nodiscard]] std::string spokenPath() const
    {
        if (m_path.empty())
            return "the whole of it";
        const Step& last = m_path.back();
        const std::string what = last.element ? last.name : spokenName(last.name);
        for (auto step = m_path.rbegin() + 1; step != m_path.rend(); ++step) {
            if (step->element)
                return what + " of " + step->name;
        }
        return m_path.size() > 1 && !last.element ? what + " of " + spokenName(m_path[m_path.size() - 2].name)
                                                  : what;
    }

    bool m_draftWins;
    std::vector<Step> m_path;
    std::vector<std::string> m_conflicts;
};

} // namespace

bool sameJson(const Json& a, const Json& b)
{
    if (a.is_string() && b.is_string())
        return sameText(a.get_ref<const std::string&>(), b.get_ref<const std::string&>());
    if (a.is_object() && b.is_object())
        return sameObject(a, b);
    if (a.is_array() && b.is_array())
        return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), sameJson);
    return a == b || sameNumber(a, b) || sameNumber(b, a);
}

JsonMerge mergeJson(const Json& base, const Json& wanted, const Json& now, bool draftWins)
{
    Merger merger(draftWins);
    JsonMerge merged;
    merged.result = merger.merge(base, wanted, now);
    merged.conflicts = merger.takeConflicts();
    return merged;
}

std::string spokenName(const std::string& member)
{
    std::string words;
    for (const char letter : member) {
        const bool upper = letter >= 'A' && letter <= 'Z';
        if (upper && !words.empty())
            words += ' ';
        words += upper ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    return words;
}

} // namespace gatehouse::gateway
