// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rag/conversation.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::rag {

/// A conversation as a list shows it.
struct ConversationSummary
{
    std::string id;
    std::string title;
    DateTime changed;
    std::size_t turns = 0;
};

/// Conversations in the data directory, one file each, written with atomicWrite for the user alone. A file
/// that cannot be used is set aside and counts as none. Reads and writes block: never on the main thread.
class ConversationStore
{
public:
    static constexpr std::size_t MaxConversations = 1000; ///< the oldest ones go beyond that
    static constexpr std::size_t MaxFile = 32U << 20U;

    explicit ConversationStore(std::string dataDirectory);

    using Matches = std::function<bool(std::string_view text)>;
    /// Those of the profile of which matches accepts the title, a question or an answer (null: all), newest
    /// first.
    [[nodiscard]] std::vector<ConversationSummary> list(std::string_view profile,
                                                        const Matches& matches = {}) const;
    /// NotFound when there is none, or none that can be read.
    [[nodiscard]] Result<Conversation> load(const std::string& id) const;
    [[nodiscard]] Status save(const Conversation& conversation) const;
    /// Takes the file away; fine when there is none.
    [[nodiscard]] Status remove(const std::string& id) const;

private:
    [[nodiscard]] std::string pathOf(const std::string& id) const;
    void removeOldest() const;

    std::string m_directory;
};

} // namespace gatehouse::rag
