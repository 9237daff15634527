// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/askpresenter.h"

#include "core/base/encoding.h"

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

AskPresenter::AskPresenter(ViewContext& context, rag::ConversationStore store, const AnswerBounds& bounds)
    : PagePresenter(context)
    , m_bounds(bounds)
    , m_book(std::move(store))
{
    startConversation();
    connect(&m_desk, &DocumentDesk::changed, this, &PagePresenter::changed);
    connect(&m_desk, &DocumentDesk::answered, this, &AskPresenter::documentsAnswered);
    connect(&m_desk, &DocumentDesk::changed, this, &AskPresenter::followExample);
    connect(&m_desk, &DocumentDesk::forgotten, this, [this](const Result<rag::Receipt>& receipt) {
        if (receipt)
            Q_EMIT forgotten(*receipt);
        else
            Q_EMIT told(tr("Not forgotten: %1").arg(QString::fromStdString(receipt.error().message)));
    });
    connect(&m_book, &ConversationBook::changed, this, &PagePresenter::changed);
    connect(&m_book, &ConversationBook::failed, this, [this](const Error& error) {
        Q_EMIT told(tr("The conversation is not kept: %1").arg(QString::fromStdString(error.message)));
    });
}

AskPresenter::~AskPresenter()
{
    m_servicesStop.request_stop();
    abandonRuns();
}

std::shared_ptr<const AskState> AskPresenter::state() const
{
    auto state = std::make_shared<AskState>();
    state->status = status();
    state->offered = m_service != nullptr;
    state->health = m_health;
    state->documents = m_desk.documents();
    state->documentsListed = m_desk.listed();
    state->uploads = m_desk.uploads();
    state->forgetting = m_desk.forgetting();
    state->chunks = m_desk.chunks();
    state->conversations = m_book.list();
    state->conversation = current().conversation;
    if (const AnswerRun* const run = current().run.get()) {
        state->running = run->turn();
        state->stopping = run->stopping();
    }
    const std::size_t count = state->turnCount();
    if (count > 0)
        state->selected = m_selected && *m_selected < count ? *m_selected : count - 1;
    return state;
}

void AskPresenter::setProfile(const settings::Profile& profile)
{
    const bool another = profile.name != m_profile.name;
    m_profile = profile;
    if (!another)
        return;
    abandonRuns();
    m_book.setProfile(profile.name);
    m_listed = false;
    startConversation();
}

void AskPresenter::load(const jobs::Services& services, std::stop_token stop, quint64 generation)
{
    if (services.ask != m_service) {
        m_service = services.ask;
        m_desk.setService(m_service);
    }
    if (!std::exchange(m_listed, true))
        m_book.refresh();
    if (m_service == nullptr) {
        m_example.reset();
        settleData(true, false, {});
        return;
    }
    m_service->health(std::move(stop)).then(this, [this, generation](const Result<rag::Health>& health) {
        if (!isCurrent(generation))
            return;
        if (!health) {
            m_health.reset();
            m_example.reset();
            settleError(health.error());
            return;
        }
        m_health = *health;
        m_loading = generation;
        m_desk.refresh();
    });
}

void AskPresenter::documentsAnswered()
{
    if (!isCurrent(m_loading) || !status().refreshing)
        return;
    if (m_desk.problem()) {
        m_example.reset();
        settleError(*m_desk.problem());
        return;
    }
    if (m_example && !std::exchange(m_example->sent, true)) {
        m_desk.upload({m_example->file});
        return;
    }
    if (!m_example)
        settleData(false, false, {});
}

void AskPresenter::drop()
{
    m_health.reset();
    if (services() != nullptr)
        return;
    abandonRuns();
    m_service = nullptr;
    m_desk.setService(nullptr);
    m_example.reset();
}

void AskPresenter::abandonRuns()
{
    for (auto& [id, chat] : m_chats) {
        if (!chat.run)
            continue;
        rag::Turn turn = chat.run->turn();
        chat.run.reset();
        turn.error =
            fail(Error::Kind::Cancelled, tr("The answer was left before it was whole.").toStdString())
                .value();
        keepTurn(chat, turn);
    }
    dropIdle();
}

Status AskPresenter::ask(const QString& text)
{
    const QString question = text.trimmed();
    if (question.isEmpty())
        return fail(Error::Kind::InvalidInput, tr("There is no question.").toStdString(),
                    tr("Type one.").toStdString());
    if (question.size() > MaxQuestion)
        return fail(Error::Kind::InvalidInput,
                    tr("The question has %1 characters, %2 are allowed.")
                        .arg(question.size())
                        .arg(MaxQuestion)
                        .toStdString(),
                    tr("Shorten it, or put the text into a document.").toStdString());
    if (m_service == nullptr)
        return fail(Error::Kind::Unavailable, tr("There is nobody to ask.").toStdString(),
                    tr("Sign in to a profile that names a document service.").toStdString());
    if (current().run)
        return fail(Error::Kind::InvalidInput, tr("An answer is being written.").toStdString(),
                    tr("Wait for it, or stop it with Esc.").toStdString());
    rag::Question asked;
    asked.text = question.toStdString();
    asked.history = current().conversation->history();
    Chat& chat = current();
    chat.run = std::make_unique<AnswerRun>(*m_service, asked, context().clock().now(), m_bounds);
    m_selected.reset();
    follow(*chat.run, m_current);
    Q_EMIT changed();
    return {};
}

void AskPresenter::follow(AnswerRun& run, const std::string& id)
{
    connect(&run, &AnswerRun::grounded, this, [this, id] {
        if (id == m_current)
            Q_EMIT changed();
    });
    connect(&run, &AnswerRun::grew, this, [this, id](const QString& text) {
        if (id == m_current)
            Q_EMIT answerGrew(text);
    });
    connect(&run, &AnswerRun::finished, this, [this, id] { takeAnswer(id); });
}

Status AskPresenter::askAgain()
{
    Chat& chat = current();
    if (chat.conversation->turns.empty() || chat.run)
        return fail(Error::Kind::InvalidInput, tr("There is no question to ask again.").toStdString());
    const ConversationPtr before = chat.conversation;
    auto shorter = std::make_shared<rag::Conversation>(*before);
    const std::string question = shorter->turns.back().question;
    shorter->turns.pop_back();
    chat.conversation = shorter;
    Status asked = ask(QString::fromStdString(question));
    if (!asked)
        current().conversation = before;
    return asked;
}

void AskPresenter::stopAnswer()
{
    if (current().run) {
        current().run->stop();
        Q_EMIT changed();
    }
}

void AskPresenter::takeAnswer(const std::string& id)
{
    const auto found = m_chats.find(id);
    if (found == m_chats.end() || !found->second.run)
        return;
    const rag::Turn turn = found->second.run->turn();
    found->second.run.release()->deleteLater(); // it is the sender of what is handled here
    keepTurn(found->second, turn);
    const bool shown = id == m_current;
    dropIdle();
    Q_EMIT changed();
    if (shown && turn.error && !turn.error->cancelled())
        Q_EMIT draftReturned(QString::fromStdString(turn.question));
    if (!m_example || !shown)
        return;
    if (turn.error)
        endExample(turn.error);
    else
        askExample();
}

void AskPresenter::keepTurn(Chat& chat, const rag::Turn& turn)
{
    auto longer = std::make_shared<rag::Conversation>(*chat.conversation);
    longer->add(turn);
    chat.conversation = longer;
    m_book.save(*longer);
}

void AskPresenter::select(std::size_t turn)
{
    if (m_selected == turn)
        return;
    m_selected = turn;
    Q_EMIT changed();
}

void AskPresenter::startConversation()
{
    auto fresh = std::make_shared<rag::Conversation>();
    fresh->id = randomGuid();
    fresh->profile = m_profile.name;
    fresh->created = fresh->changed = context().clock().now();
    show({fresh, nullptr});
}

void AskPresenter::show(Chat chat)
{
    ++m_opening;
    m_current = chat.conversation->id;
    m_chats.insert_or_assign(m_current, std::move(chat));
    m_selected.reset();
    dropIdle();
    Q_EMIT changed();
}

void AskPresenter::dropIdle()
{
    std::erase_if(m_chats,
                  [this](const auto& entry) { return entry.first != m_current && !entry.second.run; });
}

void AskPresenter::openConversation(const std::string& id)
{
    if (id == m_current)
        return;
    if (m_chats.contains(id)) {
        ++m_opening;
        m_current = id;
        m_selected.reset();
        dropIdle();
        Q_EMIT changed();
        return;
    }
    const quint64 opening = ++m_opening;
    m_book.load(id).then(this, [this, opening](const Result<rag::Conversation>& conversation) {
        if (opening != m_opening)
            return;
        if (conversation) {
            show({std::make_shared<const rag::Conversation>(*conversation), nullptr});
            return;
        }
        Q_EMIT told(QString::fromStdString(conversation.error().message));
        m_book.refresh();
    });
}

void AskPresenter::renameConversation(const std::string& id, const QString& title)
{
    const auto open = m_chats.find(id);
    const std::string line = rag::titleFrom(title.toStdString());
    if (line.empty())
        return;
    if (open == m_chats.end()) {
        m_book.rename(id, title);
        return;
    }
    auto renamed = std::make_shared<rag::Conversation>(*open->second.conversation);
    renamed->title = line;
    open->second.conversation = renamed;
    m_book.save(*renamed);
    Q_EMIT changed();
}

void AskPresenter::removeConversation(const std::string& id)
{
    const auto open = m_chats.find(id);
    if (open != m_chats.end())
        open->second.run.reset(); // what it still says belongs to nothing
    m_book.remove(id);
    if (id == m_current)
        startConversation();
    else
        dropIdle();
}

void AskPresenter::exportConversation(const std::string& id, bool markdown)
{
    const auto give = [this, markdown](const rag::Conversation& conversation) {
        const std::string text = markdown ? rag::toMarkdown(conversation) : rag::toJsonText(conversation);
        QString name;
        for (const QChar c : QString::fromStdString(conversation.title).left(40))
            name += c.isLetterOrNumber() ? c : u'-';
        name = name.isEmpty() ? u"conversation"_s : name;
        Q_EMIT exported(name + (markdown ? u".md"_s : u".json"_s), QByteArray::fromStdString(text));
    };
    const auto open = m_chats.find(id);
    if (open != m_chats.end()) {
        give(*open->second.conversation);
        return;
    }
    m_book.load(id).then(this, [this, give](const Result<rag::Conversation>& conversation) {
        if (conversation)
            give(*conversation);
        else
            Q_EMIT told(QString::fromStdString(conversation.error().message));
    });
}

void AskPresenter::findServices()
{
    m_servicesStop.request_stop();
    m_servicesStop = std::stop_source();
    if (services() == nullptr || services()->usage == nullptr)
        return;
    const std::stop_token stop = m_servicesStop.get_token();
    services()
        ->usage->report(usage::Dimension::Service, context().range(), {}, stop)
        .then(this, [this, stop](const Result<std::shared_ptr<const usage::Report>>& report) {
            if (stop.stop_requested() || !report)
                return; // a name can be typed all the same
            QStringList names;
            for (const usage::Row& row : (*report)->rows) {
                if (!row.label.empty() && names.size() < 200)
                    names.append(QString::fromStdString(row.label));
            }
            Q_EMIT servicesFound(names);
        });
}

void AskPresenter::runExample(const QString& file, const QStringList& questions)
{
    m_example = Example{file, questions, false, 0};
    refresh();
}

void AskPresenter::followExample()
{
    if (!m_example || !m_example->sent || m_example->asked > 0 || m_desk.uploading())
        return;
    // What went well has left the list.
    if (!m_desk.uploads().empty() && m_desk.uploads().back().error)
        endExample(m_desk.uploads().back().error);
    else
        askExample();
}

void AskPresenter::askExample()
{
    if (m_example->asked == m_example->questions.size()) {
        endExample({});
        return;
    }
    // Before it is asked: asking says that something changed, and this is called then.
    const QString question = m_example->questions[m_example->asked++];
    if (const Status asked = ask(question); !asked)
        endExample(asked.error());
}

void AskPresenter::endExample(const std::optional<Error>& error)
{
    m_example.reset();
    if (error)
        settleError(*error);
    else
        settleData(false, false, {});
}

QString askProblemTitle(const Error& error)
{
    switch (error.kind) {
    case Error::Kind::Network:
        return AskPresenter::tr("The document service cannot be reached");
    case Error::Kind::Timeout:
        return AskPresenter::tr("The answer did not come in time");
    case Error::Kind::Throttled:
        return AskPresenter::tr("Too many questions at the moment");
    case Error::Kind::SignInRequired:
        return AskPresenter::tr("You have to sign in again");
    case Error::Kind::Denied:
        return AskPresenter::tr("You may not ask here");
    case Error::Kind::InvalidInput:
        return AskPresenter::tr("The question was refused");
    case Error::Kind::Parse:
    case Error::Kind::Protocol:
        return AskPresenter::tr("The document service did not keep to its contract");
    case Error::Kind::Unavailable:
        return AskPresenter::tr("The document service cannot answer now");
    case Error::Kind::NotFound:
        return AskPresenter::tr("There is no such thing at the document service");
    case Error::Kind::Cancelled:
        return AskPresenter::tr("Stopped");
    case Error::Kind::Http:
    case Error::Kind::Conflict:
    case Error::Kind::Storage:
    case Error::Kind::Internal:
        break;
    }
    return AskPresenter::tr("The question was not answered");
}

} // namespace gatehouse::ui
