// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/conversationstore.h"

#include "core/base/encoding.h"
#include "core/base/files.h"

#include <algorithm>
#include <filesystem>

namespace gatehouse::rag {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view Suffix = ".json";

/// The names of the files that are conversations; others are nobody's business.
std::vector<std::string> idsIn(const std::string& directory)
{
    std::vector<std::string> ids;
    std::error_code problem;
    for (fs::directory_iterator entry(directory, problem), end; !problem && entry != end;
         entry.increment(problem)) {
        const std::string name = entry->path().filename().string();
        if (!name.ends_with(Suffix))
            continue;
        std::string id = name.substr(0, name.size() - Suffix.size());
        if (isGuid(id))
            ids.push_back(std::move(id));
    }
    return ids;
}

bool holds(const Conversation& conversation, const ConversationStore::Matches& matches)
{
    if (!matches || matches(conversation.title))
        return true;
    return std::any_of(conversation.turns.begin(), conversation.turns.end(),
                       [&](const Turn& turn) { return matches(turn.question) || matches(turn.answer); });
}

} // namespace

ConversationStore::ConversationStore(std::string dataDirectory)
    : m_directory(std::move(dataDirectory) + "/conversations")
{}

std::string ConversationStore::pathOf(const std::string& id) const
{
    return m_directory + "/" + id + std::string(Suffix);
}

std::vector<ConversationSummary> ConversationStore::list(std::string_view profile,
                                                         const Matches& matches) const
{
    std::vector<ConversationSummary> found;
    for (const std::string& id : idsIn(m_directory)) {
        const Result<Conversation> conversation = load(id);
        if (conversation && conversation->profile == profile && holds(*conversation, matches))
            found.push_back({id, conversation->title, conversation->changed, conversation->turns.size()});
    }
    std::sort(found.begin(), found.end(), [](const ConversationSummary& a, const ConversationSummary& b) {
        return a.changed != b.changed ? a.changed > b.changed : a.id < b.id;
    });
    return found;
}

Result<Conversation> ConversationStore::load(const std::string& id) const
{
    const auto none = [] {
        return fail(Error::Kind::NotFound, "This conversation is not there any more.",
                    "It was deleted, or its file cannot be read.");
    };
    if (!isGuid(id))
        return none();
    const Result<std::string> bytes = readFile(pathOf(id), MaxFile);
    if (!bytes && bytes.error().kind == Error::Kind::NotFound)
        return none();
    if (!bytes && bytes.error().kind != Error::Kind::InvalidInput)
        return fail(bytes.error()); // the disk, not the file
    if (bytes) {
        Result<Conversation> conversation = conversationFrom(*bytes);
        if (conversation && conversation->id == id)
            return conversation;
    }
    static_cast<void>(setAside(pathOf(id)));
    return none();
}

Status ConversationStore::save(const Conversation& conversation) const
{
    if (!isGuid(conversation.id))
        return fail(Error::Kind::Internal, "This conversation has no name.");
    if (Status made = makeDirectory(m_directory); !made)
        return made;
    const std::string text = toJsonText(conversation);
    if (text.size() > MaxFile)
        return fail(Error::Kind::InvalidInput, "This conversation is too long to be kept.",
                    "Export it, and start a new one.");
    std::error_code problem;
    const bool isNew = !fs::exists(pathOf(conversation.id), problem);
    Status done = atomicWrite(pathOf(conversation.id), text);
    if (done && isNew)
        removeOldest();
    return done;
}

Status ConversationStore::remove(const std::string& id) const
{
    if (!isGuid(id))
        return {};
    std::error_code problem;
    fs::remove(pathOf(id), problem);
    if (problem)
        return fail(Error::Kind::Storage, "The conversation could not be deleted.",
                    "Check the permissions of the data directory.");
    return {};
}

void ConversationStore::removeOldest() const
{
    std::vector<std::string> ids = idsIn(m_directory);
    if (ids.size() <= MaxConversations)
        return;
    std::vector<std::pair<fs::file_time_type, std::string>> byAge;
    for (std::string& id : ids) {
        std::error_code problem;
        byAge.emplace_back(fs::last_write_time(pathOf(id), problem), std::move(id));
    }
    std::sort(byAge.begin(), byAge.end());
    for (std::size_t i = 0; i + MaxConversations < byAge.size(); ++i)
        static_cast<void>(remove(byAge[i].second));
}

} // namespace gatehouse::rag
