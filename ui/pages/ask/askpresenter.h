// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/profile.h"
#include "ui/pages/ask/answerrun.h"
#include "ui/pages/ask/askstate.h"
#include "ui/pages/ask/conversationbook.h"
#include "ui/pages/ask/documentdesk.h"

#include <map>

namespace gatehouse::ui {

/// Documents, conversations and the answers on their way. Each conversation has at most one answer in flight,
/// which goes on while another conversation is looked at, and whatever became of it is kept. No widgets here;
/// main thread.
class AskPresenter : public PagePresenter
{
    Q_OBJECT
public:
    AskPresenter(ViewContext& context, rag::ConversationStore store, const AnswerBounds& bounds = {});
    ~AskPresenter() override;

    static constexpr qsizetype MaxQuestion = 32'000; ///< characters

    [[nodiscard]] std::shared_ptr<const AskState> state() const;
    [[nodiscard]] DocumentDesk& desk() { return m_desk; }
    [[nodiscard]] const settings::Profile& profile() const { return m_profile; }
    /// Whose conversations are shown.
    void setProfile(const settings::Profile& profile);

    /// Starts an answer in the conversation that is shown. InvalidInput, with nothing changed, when the
    /// question is empty or too long, or an answer is on its way.
    [[nodiscard]] Status ask(const QString& text);
    /// Asks the last question again in place of its answer.
    [[nodiscard]] Status askAgain();
    void stopAnswer();
    /// Of the answers, which one is explained beside the conversation.
    void select(std::size_t turn);

    void startConversation();
    void openConversation(const std::string& id);
    void renameConversation(const std::string& id, const QString& title);
    void removeConversation(const std::string& id);
    void search(const QString& text) { m_book.setSearch(text); }
    /// Whether the list of conversations lags behind what was asked, kept or searched for; changed() tells of
    /// its end.
    [[nodiscard]] bool listing() const { return !m_book.upToDate(); }
    /// The conversation as a file's text; exported() follows.
    void exportConversation(const std::string& id, bool markdown);

    /// Asks which services call the gateway; servicesFound() follows where that is known.
    void findServices();
    /// For --capture: uploads the file, asks one question after the other, and counts as loading until the
    /// last answer is there.
    void runExample(const QString& file, const QStringList& questions);

    [[nodiscard]] std::vector<std::string> queries() const override { return {}; }
    [[nodiscard]] std::optional<TimeRange> shownRange() const override { return std::nullopt; }
    [[nodiscard]] bool followsRange() const override { return false; }

Q_SIGNALS:
    /// The answer on its way in the conversation that is shown; state() has it all.
    void answerGrew(const QString& text);
    /// An answer failed: its question goes back to where it is typed.
    void draftReturned(const QString& question);
    /// One sentence about what was done or could not be done.
    void told(const QString& text);
    void exported(const QString& suggestedName, const QByteArray& text);
    void forgotten(const gatehouse::rag::Receipt& receipt);
    void servicesFound(const QStringList& names);

protected:
    void load(const jobs::Services& services, std::stop_token stop, quint64 generation) override;
    void drop() override;
    [[nodiscard]] bool hasData() const override { return true; } // conversations are on this computer
    [[nodiscard]] bool wantsAnswer() const override { return false; }
    [[nodiscard]] std::chrono::milliseconds period() const override { return std::chrono::seconds(60); }

private:
    using ConversationPtr = std::shared_ptr<const rag::Conversation>;
    struct Chat
    {
        ConversationPtr conversation;
        std::unique_ptr<AnswerRun> run;
    };
    struct Example
    {
        QString file;
        QStringList questions;
        bool sent = false;
        qsizetype asked = 0; ///< of the questions
    };

    [[nodiscard]] Chat& current() { return m_chats[m_current]; }
    [[nodiscard]] const Chat& current() const { return m_chats.at(m_current); }
    void show(Chat chat);
    void dropIdle();
    void takeAnswer(const std::string& id);
    void keepTurn(Chat& chat, const rag::Turn& turn);
    void abandonRuns();
    void documentsAnswered();
    void followExample();
    void askExample();
    void endExample(const std::optional<Error>& error);
    void follow(AnswerRun& run, const std::string& id);

    AnswerBounds m_bounds;
    settings::Profile m_profile;
    jobs::AskService* m_service = nullptr;
    std::optional<rag::Health> m_health;
    DocumentDesk m_desk;
    ConversationBook m_book;
    std::map<std::string, Chat> m_chats; ///< the one that is shown, and those with an answer on its way
    std::string m_current;
    std::optional<std::size_t> m_selected; ///< empty: the newest
    quint64 m_loading = 0;                 ///< generation of the refresh that waits for the documents
    quint64 m_opening = 0;
    std::stop_source m_servicesStop;
    bool m_listed = false;
    std::optional<Example> m_example;
};

} // namespace gatehouse::ui
