// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rag/conversationstore.h"

#include <QtCore/QFuture>
#include <QtCore/QObject>
#include <QtCore/QThreadPool>

#include <string>
#include <vector>

namespace gatehouse::ui {

/// The conversations of one profile as a list, read and written off the main thread and in the order of the
/// calls. Main thread; its end waits for what is being written.
class ConversationBook : public QObject
{
    Q_OBJECT
public:
    explicit ConversationBook(rag::ConversationStore store, QObject* parent = nullptr);
    ~ConversationBook() override;

    /// Lists those of this profile from now on; nothing is read before the first refresh().
    void setProfile(const std::string& profile);
    [[nodiscard]] const std::string& profile() const { return m_profile; }
    /// "" lists all; else those in which the text occurs, whatever its case.
    void setSearch(const QString& text);
    [[nodiscard]] const QString& search() const { return m_search; }
    void refresh();

    [[nodiscard]] const std::vector<rag::ConversationSummary>& list() const { return m_list; }
    /// Whether the list knows of everything that was saved, removed or searched for.
    [[nodiscard]] bool upToDate() const { return m_listed == m_generation; }
    [[nodiscard]] QFuture<Result<rag::Conversation>> load(const std::string& id);
    void save(const rag::Conversation& conversation);
    void remove(const std::string& id);
    /// Gives it another title; "" changes nothing.
    void rename(const std::string& id, const QString& title);

Q_SIGNALS:
    void changed();
    /// It could not be written or deleted.
    void failed(const gatehouse::Error& error);

private:
    template <typename Work>
    void write(Work work);

    rag::ConversationStore m_store;
    QThreadPool m_pool; ///< one thread: nothing overtakes
    std::string m_profile;
    QString m_search;
    quint64 m_generation = 0; ///< the latest list wins
    quint64 m_listed = 0;     ///< the generation of m_list
    std::vector<rag::ConversationSummary> m_list;
};

} // namespace gatehouse::ui
