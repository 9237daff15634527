// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/conversationbook.h"

#include <QtConcurrent/QtConcurrentRun>

namespace gatehouse::ui {

ConversationBook::ConversationBook(rag::ConversationStore store, QObject* parent)
    : QObject(parent)
    , m_store(std::move(store))
{
    m_pool.setMaxThreadCount(1);
}

ConversationBook::~ConversationBook()
{
    m_pool.waitForDone();
}

void ConversationBook::setProfile(const std::string& profile)
{
    if (profile == m_profile)
        return;
    m_profile = profile;
    m_list.clear();
    m_listed = ++m_generation;
    Q_EMIT changed();
}

void ConversationBook::setSearch(const QString& text)
{
    if (text == m_search)
        return;
    m_search = text;
    refresh();
}

void ConversationBook::refresh()
{
    const quint64 generation = ++m_generation;
    auto listed =
        QtConcurrent::run(&m_pool, [store = m_store, profile = m_profile, needle = m_search.trimmed()] {
            if (needle.isEmpty())
                return store.list(profile);
            return store.list(profile, [&needle](std::string_view text) {
                return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))
                    .contains(needle, Qt::CaseInsensitive);
            });
        });
    listed.then(this, [this, generation](const std::vector<rag::ConversationSummary>& list) {
        if (generation != m_generation)
            return;
        m_list = list;
        m_listed = generation;
        Q_EMIT changed();
    });
}

QFuture<Result<rag::Conversation>> ConversationBook::load(const std::string& id)
{
    return QtConcurrent::run(&m_pool, [store = m_store, id] { return store.load(id); });
}

template <typename Work>
void ConversationBook::write(Work work)
{
    auto writing = QtConcurrent::run(&m_pool, std::move(work));
    writing.then(this, [this](const Status& done) {
        if (!done)
            Q_EMIT failed(done.error());
    });
    refresh();
}

void ConversationBook::save(const rag::Conversation& conversation)
{
    write([store = m_store, conversation] { return store.save(conversation); });
}

void ConversationBook::remove(const std::string& id)
{
    write([store = m_store, id] { return store.remove(id); });
}

void ConversationBook::rename(const std::string& id, const QString& title)
{
    const std::string line = rag::titleFrom(title.toStdString());
    if (line.empty())
        return;
    write([store = m_store, id, line]() -> Status {
        Result<rag::Conversation> conversation = store.load(id);
        if (!conversation)
            return fail(conversation.error());
        conversation->title = line;
        return store.save(*conversation);
    });
}

} // namespace gatehouse::ui
