// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/querystore.h"

#include "core/base/files.h"
#include "core/base/json.h"

#include <algorithm>

namespace gatehouse::settings {

namespace {

constexpr std::size_t MaxQueryBytes = 32U << 20U;
constexpr int QueriesVersion = 1;

const Json& listAt(const Json& object, std::string_view key)
{
    static const Json empty = Json::array();
    const Json& list = memberAt(object, key);
    return list.is_array() ? list : empty;
}

QueryMemory memoryFrom(const Json& document)
{
    QueryMemory memory;
    memory.editor = textAt(document, "editor");
    memory.sideSplit = textAt(document, "sideSplit");
    memory.editorSplit = textAt(document, "editorSplit");
    memory.resultSplit = textAt(document, "resultSplit");
    const Json& history = listAt(document, "history");
    for (auto item = history.rbegin(); item != history.rend(); ++item) {
        const auto at = parseDateTime(textAt(*item, "at"));
        RanQuery query{textAt(*item, "kql"), at.value_or(DateTime{}), textAt(*item, "profile"),
                       integerAt(*item, "rows", -1)};
        if (at && !query.kql.empty())
            memory.add(std::move(query));
    }
    for (const Json& item : listAt(document, "saved"))
        static_cast<void>(memory.save({textAt(item, "name"), textAt(item, "text"), textAt(item, "kql")}));
    return memory;
}

Json toJson(const QueryMemory& memory)
{
    Json history = Json::array();
    for (const RanQuery& query : memory.history)
        history.push_back({{"kql", query.kql},
                           {"at", formatDateTime(query.at)},
                           {"profile", query.profile},
                           {"rows", query.rows}});
    Json saved = Json::array();
    for (const SavedQuery& query : memory.saved)
        saved.push_back({{"name", query.name}, {"text", query.text}, {"kql", query.kql}});
    return {{"version", QueriesVersion},
            {"editor", memory.editor.size() <= QueryMemory::MaxText ? memory.editor : std::string()},
            {"sideSplit", memory.sideSplit},
            {"editorSplit", memory.editorSplit},
            {"resultSplit", memory.resultSplit},
            {"history", std::move(history)},
            {"saved", std::move(saved)}};
}

} // namespace

void QueryMemory::add(RanQuery query)
{
    if (query.kql.size() > MaxText)
        return;
    std::erase_if(history,
                  [&](const RanQuery& old) { return old.kql == query.kql && old.profile == query.profile; });
    history.insert(history.begin(), std::move(query));
    if (history.size() > MaxHistory)
        history.resize(MaxHistory);
}

Status QueryMemory::save(SavedQuery query)
{
    if (query.name.empty())
        return fail(Error::Kind::InvalidInput, "The query has no name.", "Give it one.");
    if (query.kql.empty() || query.kql.size() > MaxText)
        return fail(Error::Kind::InvalidInput, "There is no query to save, or it is too long.",
                    "Put the caret into the query that you want to keep.");
    forget(query.name);
    if (saved.size() >= MaxSaved)
        return fail(Error::Kind::InvalidInput, "There are 500 saved queries already.", "Remove one first.");
    const auto place =
        std::lower_bound(saved.begin(), saved.end(), query.name,
                         [](const SavedQuery& other, const std::string& name) { return other.name < name; });
    saved.insert(place, std::move(query));
    return {};
}

void QueryMemory::forget(const std::string& name)
{
    std::erase_if(saved, [&](const SavedQuery& query) { return query.name == name; });
}

QueryStore::QueryStore(std::string dataDirectory)
    : m_directory(std::move(dataDirectory))
    , m_path(m_directory + "/queries.json")
{}

QueryMemory QueryStore::load() const
{
    const Result<std::string> bytes = readFile(m_path, MaxQueryBytes);
    if (!bytes)
        return {};
    const Result<Json> document = parseJson(*bytes, MaxQueryBytes);
    if (!document || integerAt(*document, "version", -1) < 1) {
        static_cast<void>(setAside(m_path));
        return {};
    }
    return memoryFrom(*document);
}

Status QueryStore::save(const QueryMemory& memory) const
{
    if (Status made = makeDirectory(m_directory); !made)
        return made;
    return atomicWrite(m_path, dumpJson(toJson(memory)) + "\n");
}

} // namespace gatehouse::settings
