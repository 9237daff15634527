// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/askpage.h"

#include "ui/models/format.h"
#include "ui/pages/ask/answerprices.h"
#include "ui/pages/ask/asklist.h"
#include "ui/pages/ask/asktext.h"
#include "ui/pages/ask/chatview.h"
#include "ui/pages/ask/chunksdialog.h"
#include "ui/pages/ask/comparepanel.h"
#include "ui/pages/ask/composer.h"
#include "ui/pages/ask/conversationpanel.h"
#include "ui/pages/ask/documentpanel.h"
#include "ui/pages/ask/smokepanel.h"
#include "ui/pages/ask/sourcepanel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/deck.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/segments.h"

#include <QtCore/QMimeData>
#include <QtCore/QTemporaryDir>
#include <QtGui/QDragEnterEvent>
#include <QtGui/QShortcut>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

/// In the order in which somebody who is new may try them.
const QStringList& sampleQuestions()
{
    static const QStringList questions{AskPage::tr("What are these documents about?"),
                                       AskPage::tr("Which dates and deadlines do they name?"),
                                       AskPage::tr("Who has to do what, and until when?")};
    return questions;
}

QStringList localPaths(const QMimeData& data)
{
    QStringList paths;
    for (const QUrl& url : data.urls()) {
        if (url.isLocalFile())
            paths.append(url.toLocalFile());
    }
    return paths;
}

} // namespace

AskPage::AskPage(Theme& theme, const Presenters& presenters, LinkOpener open)
    : Page(theme, presenters.ask, u"ask"_s, tr("Ask"))
    , m_theme(theme)
    , m_presenter(presenters.ask)
    , m_comparePresenter(presenters.compare)
    , m_smokePresenter(presenters.smoke)
    , m_open(std::move(open))
    , m_documents(new DocumentPanel(theme))
    , m_conversations(new ConversationPanel(theme))
    , m_mode(new Segments(u"askMode"_s, tr("What to do"), {tr("Ask"), tr("Compare"), tr("Smoke tests")}))
    , m_trySample(new QPushButton(tr("Try it with a sample document")))
    , m_connect(new QPushButton(tr("Connect a service…")))
    , m_banner(new NoticeBar(theme, u"askBanner"_s))
    , m_chat(new ChatView(theme))
    , m_middle(new Deck)
    , m_composer(new Composer(theme))
    , m_sources(new SourcePanel(theme, presenters.prices))
    , m_compare(new ComparePanel(theme, presenters.compare, presenters.prices))
    , m_smoke(new SmokePanel(theme, presenters.smoke))
    , m_asking(new QWidget)
    , m_modes(new Deck)
{
    build();
    addKeys();
    connectParts();
    connectDialogs();
    connect(&presenters.prices, &AnswerPrices::changed, this, &AskPage::showState);
    showState();
}

AskPage::~AskPage() = default;

void AskPage::build()
{
    setAcceptDrops(true);
    auto* const modes = new QWidget;
    nameWidget(modes, u"askModes"_s, tr("Ask, compare or test"));
    modes->setLayout(m_modes);
    m_modes->setContentsMargins(0, 0, 0, 0);
    m_modes->addWidget(buildAsking());
    m_modes->addWidget(m_compare);
    m_modes->addWidget(m_smoke);
    nameWidget(m_connect, u"askConnect"_s, tr("Code that calls the gateway, to copy"));
    auto* const tools = new QHBoxLayout;
    tools->setSpacing(metric::Space2);
    tools->addWidget(m_mode);
    tools->addStretch(1);
    tools->addWidget(m_connect);
    auto* const column = new QVBoxLayout(&content());
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space2);
    column->addLayout(tools);
    column->addWidget(m_banner);
    column->addWidget(modes, 1);
}

QWidget* AskPage::buildAsking()
{
    auto* const left = new QSplitter(Qt::Vertical);
    nameWidget(left, u"askLeftSplitter"_s, tr("Documents and conversations"));
    left->addWidget(m_documents);
    left->addWidget(m_conversations);
    left->setChildrenCollapsible(false);
    left->setHandleWidth(metric::Space2);
    left->setSizes({360, 300});
    auto* const split = new QSplitter(Qt::Horizontal);
    nameWidget(split, u"askSplitter"_s, tr("Documents, conversation and sources"));
    split->addWidget(left);
    split->addWidget(buildMiddle());
    split->addWidget(m_sources);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(metric::Space2);
    split->setStretchFactor(0, 0);
    split->setStretchFactor(1, 3);
    split->setStretchFactor(2, 1);
    left->setMinimumWidth(220);
    m_sources->setMinimumWidth(270);
    split->setSizes({250, 620, 350});
    auto* const asking = new QVBoxLayout(m_asking);
    asking->setContentsMargins(0, 0, 0, 0);
    asking->addWidget(split);
    nameWidget(m_asking, u"askAsking"_s, tr("Ask"));
    return m_asking;
}

QWidget* AskPage::buildMiddle()
{
    auto* const stack = new QWidget;
    nameWidget(stack, u"askMiddle"_s, tr("Conversation"));
    stack->setLayout(m_middle);
    m_middle->setContentsMargins(0, 0, 0, 0);
    m_welcome = buildWelcome();
    m_middle->addWidget(m_welcome);
    m_middle->addWidget(m_chat);
    auto* const middle = new QWidget;
    nameWidget(middle, u"askWork"_s, tr("Conversation"));
    middle->setMinimumWidth(360);
    auto* const column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space2);
    column->addWidget(stack, 1);
    column->addWidget(m_composer);
    return middle;
}

QWidget* AskPage::buildWelcome()
{
    auto* const welcome = new QWidget;
    nameWidget(welcome, u"askWelcome"_s, tr("How to begin"));
    auto* const column = new QVBoxLayout(welcome);
    column->setContentsMargins(metric::Space6, metric::Space6, metric::Space6, metric::Space6);
    column->setSpacing(metric::Space3);
    column->addStretch(2);
    auto* const title = makeLabel(u"askWelcomeTitle"_s, "heading", tr("Ask your documents"));
    auto* const text = makeLabel(u"askWelcomeText"_s, "muted",
                                 tr("1. Drop PDF, DOCX or TXT files anywhere on this page.\n"
                                    "2. Ask. The answer stands on passages of your documents alone, and says "
                                    "so when they do not say.\n"
                                    "3. Click a citation such as [1] to read the passage it stands on."));
    text->setWordWrap(true);
    column->addWidget(title, 0, Qt::AlignHCenter);
    column->addWidget(text);
    nameWidget(m_trySample, u"askTrySample"_s,
               tr("Add a sample document to the document service, and a question that it answers"));
    connect(m_trySample, &QPushButton::clicked, this, &AskPage::trySample);
    column->addWidget(m_trySample, 0, Qt::AlignLeft);
    column->addWidget(makeLabel(u"askWelcomeTry"_s, "captionStrong", tr("For example")));
    int number = 0;
    for (const QString& question : sampleQuestions()) {
        auto* const suggestion = new QPushButton(question);
        nameWidget(suggestion, u"askSample"_s + QString::number(number++), tr("Take this question"));
        suggestion->setProperty("kind", u"chip"_s);
        connect(suggestion, &QPushButton::clicked, this, [this, question] {
            m_composer->setText(question);
            m_composer->edit().setFocus();
        });
        column->addWidget(suggestion, 0, Qt::AlignLeft);
    }
    column->addStretch(3);
    return welcome;
}

void AskPage::addKeys()
{
    const auto key = [this](const QKeySequence& keys, auto&& run) {
        auto* const shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, std::forward<decltype(run)>(run));
    };
    key(QKeySequence(Qt::CTRL | Qt::Key_N), [this] { m_presenter.startConversation(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_O), [this] { chooseFiles(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_L), [this] { m_composer->edit().setFocus(); });
}

void AskPage::connectParts()
{
    connect(&m_presenter, &PagePresenter::changed, this, &AskPage::showState);
    connect(&m_presenter, &AskPresenter::answerGrew, m_chat, &ChatView::append);
    connect(&m_presenter, &AskPresenter::told, this, &Page::told);
    connect(&m_presenter, &AskPresenter::draftReturned, this, [this](const QString& question) {
        if (m_composer->text().trimmed().isEmpty())
            m_composer->setText(question);
    });
    connect(m_composer, &Composer::sendRequested, this, &AskPage::send);
    connect(m_composer, &Composer::stopRequested, &m_presenter, &AskPresenter::stopAnswer);
    connect(m_composer, &Composer::attachRequested, this, &AskPage::chooseFiles);
    DocumentDesk& desk = m_presenter.desk();
    connect(m_documents, &DocumentPanel::attachRequested, this, &AskPage::chooseFiles);
    connect(m_documents, &DocumentPanel::cancelRequested, &desk, &DocumentDesk::cancelUpload);
    connect(m_documents, &DocumentPanel::retryRequested, &desk, &DocumentDesk::retryUpload);
    connect(m_documents, &DocumentPanel::clearRequested, &desk, &DocumentDesk::clearUploads);
    connect(m_documents, &DocumentPanel::chunksRequested, &desk, &DocumentDesk::openChunks);
    connect(m_conversations, &ConversationPanel::startRequested, this, [this] {
        m_presenter.startConversation();
        m_composer->edit().setFocus();
    });
    connect(m_conversations, &ConversationPanel::openRequested, &m_presenter,
            &AskPresenter::openConversation);
    connect(m_conversations, &ConversationPanel::searchChanged, &m_presenter, &AskPresenter::search);
    connect(m_conversations, &ConversationPanel::exportRequested, &m_presenter,
            &AskPresenter::exportConversation);
    connect(m_chat, &ChatView::citationChosen, this, &AskPage::openCitation);
    connect(m_chat, &ChatView::turnChosen, &m_presenter, &AskPresenter::select);
    connect(m_chat, &ChatView::told, this, &Page::told);
    connect(m_chat, &ChatView::earlierRequested, this, &AskPage::showState);
    connect(m_chat, &ChatView::askAgainRequested, this, [this] {
        if (const Status asked = m_presenter.askAgain(); !asked)
            Q_EMIT told(fromText(asked.error().message));
    });
    connect(m_sources, &SourcePanel::explainRequested, this, &Page::explainRequested);
    connect(m_sources, &SourcePanel::told, this, &Page::told);
    connect(m_compare, &ComparePanel::told, this, &Page::told);
    connect(m_smoke, &SmokePanel::told, this, &Page::told);
    connect(m_smoke, &SmokePanel::summaryChanged, this, &Page::summaryChanged);
    connect(m_mode, &Segments::chosen, this, [this](int mode) { showMode(static_cast<Mode>(mode)); });
    connect(m_connect, &QPushButton::clicked, this, &AskPage::openConnect);
}

void AskPage::showMode(Mode mode)
{
    m_mode->setCurrent(static_cast<int>(mode));
    m_modes->setCurrentIndex(static_cast<int>(mode));
    if (mode == Mode::Ask)
        m_composer->edit().setFocus();
    else if (mode == Mode::Compare)
        m_compare->question().setFocus();
}

void AskPage::showState()
{
    const std::shared_ptr<const AskState> state = m_presenter.state();
    m_documents->show(*state);
    m_conversations->show(*state);
    m_middle->setCurrentWidget(state->turnCount() == 0 ? m_welcome : static_cast<QWidget*>(m_chat));
    m_chat->show(*state);
    m_sources->show(state->selectedTurn(),
                    state->running && state->selected == state->conversation->turns.size());
    m_trySample->setVisible(state->offered);
    m_composer->setAnswering(state->answering());
    m_composer->setBlocked(state->offered ? QString() : tr("This profile names no document service."));
    showBanner(*state);
    showChunks(*state);
}

void AskPage::showBanner(const AskState& state)
{
    const std::optional<Error>& error = state.status.error;
    if (error && !error->cancelled()) {
        m_banner->show(NoticeBar::Weight::Bad,
                       u"▲ "_s + askProblemTitle(*error) + u". "_s +
                           fromText(error->message + " " + error->advice) + u' ' + tr("F5 tries again."),
                       error);
    } else if (!state.offered && state.status.settled()) {
        m_banner->show(NoticeBar::Weight::Info, tr("This profile names no document service, so there is "
                                                   "nobody to ask. Conversations that are kept "
                                                   "can be read."));
    } else if (state.health && !state.health->ready) {
        m_banner->show(
            NoticeBar::Weight::Warning,
            tr("The document service is not ready: it says “%1”.").arg(shownName(state.health->status)));
    } else if (state.health && state.health->simulated == true) {
        m_banner->show(NoticeBar::Weight::Info, tr("◇ Simulated model: answers are sentences taken out of "
                                                   "the documents, not written by a language "
                                                   "model."));
    } else {
        m_banner->show(NoticeBar::Weight::Info, {});
    }
}

void AskPage::showChunks(const AskState& state)
{
    if (!state.chunks) {
        if (m_chunks)
            m_chunks->close();
        return;
    }
    if (!m_chunks) {
        m_chunks = new ChunksDialog(m_theme, window());
        connect(m_chunks, &QDialog::finished, &m_presenter.desk(), &DocumentDesk::closeChunks);
        m_chunks->open();
    }
    m_chunks->show(*state.chunks);
}

void AskPage::send()
{
    const QString text = m_composer->text();
    const Status asked = m_presenter.ask(text);
    if (asked) {
        m_composer->setText({});
        m_chat->scrollToEnd();
        return;
    }
    m_composer->setProblem(fromText(asked.error().message + " " + asked.error().advice));
}

void AskPage::openCitation(std::size_t turn, int marker)
{
    m_presenter.select(turn);
    if (!m_sources->openCitation(marker))
        Q_EMIT told(m_presenter.state()->running
                        ? tr("Which passage [%1] is, is known when the answer is whole.").arg(marker)
                        : tr("[%1] is unproven: no retrieved passage stands behind it.").arg(marker));
}

bool AskPage::stopWork()
{
    if (m_modes->currentIndex() == static_cast<int>(Mode::Compare) && m_comparePresenter.running()) {
        m_comparePresenter.stop();
        return true;
    }
    if (m_modes->currentIndex() == static_cast<int>(Mode::SmokeTests) && m_smokePresenter.running()) {
        m_smokePresenter.cancel();
        return true;
    }
    if (m_presenter.state()->answering()) {
        m_presenter.stopAnswer();
        return true;
    }
    if (m_presenter.desk().uploading()) {
        m_presenter.desk().cancelAll();
        return true;
    }
    return false;
}

QWidget* AskPage::filterField()
{
    return &m_conversations->search();
}

void AskPage::describeEmpty(QString& title, QString& text) const
{
    title = tr("Ask your documents");
    text = tr("Drop a document, then ask about it.");
}

void AskPage::markDrop(bool over)
{
    if (auto* const zone = m_documents->findChild<QFrame*>(u"askDropZone"_s)) {
        zone->setProperty("over", over);
        zone->style()->unpolish(zone);
        zone->style()->polish(zone);
    }
}

void AskPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!m_presenter.state()->offered || localPaths(*event->mimeData()).isEmpty())
        return;
    event->setDropAction(Qt::CopyAction);
    event->accept();
    markDrop(true);
}

void AskPage::dragLeaveEvent(QDragLeaveEvent* event)
{
    markDrop(false);
    Page::dragLeaveEvent(event);
}

void AskPage::dropEvent(QDropEvent* event)
{
    markDrop(false);
    const QStringList paths = localPaths(*event->mimeData());
    if (paths.isEmpty())
        return;
    event->setDropAction(Qt::CopyAction);
    event->accept();
    if (m_modes->currentIndex() == static_cast<int>(Mode::SmokeTests))
        m_smokePresenter.open(paths.front());
    else
        addPaths(paths);
}

std::vector<Command> AskPage::commands()
{
    std::vector<Command> all;
    if (!isVisible())
        return all;
    all.push_back(
        {tr("Ask"), tr("New conversation"), u"Ctrl+N"_s, [this] { m_presenter.startConversation(); }});
    all.push_back({tr("Ask"), tr("Add documents…"), u"Ctrl+O"_s, [this] { chooseFiles(); }});
    all.push_back({tr("Ask"), tr("Write a question"), u"Ctrl+L"_s, [this] { showMode(Mode::Ask); }});
    all.push_back(
        {tr("Ask"), tr("Compare endpoints or deployments"), {}, [this] { showMode(Mode::Compare); }});
    all.push_back({tr("Ask"), tr("Run smoke tests"), {}, [this] { showMode(Mode::SmokeTests); }});
    all.push_back({tr("Ask"), tr("Connect a service…"), {}, [this] { openConnect(); }});
    const std::shared_ptr<const AskState> state = m_presenter.state();
    if (!state->conversation->turns.empty()) {
        const std::string id = state->conversation->id;
        all.push_back({tr("Ask"), tr("Export the conversation as Markdown…"), {}, [this, id] {
                           m_presenter.exportConversation(id, true);
                       }});
        all.push_back({tr("Ask"), tr("Export the conversation as JSON…"), {}, [this, id] {
                           m_presenter.exportConversation(id, false);
                       }});
    }
    return all;
}

std::vector<std::pair<QString, QString>> AskPage::keys() const
{
    return {{u"Return"_s, tr("Ask the question")},
            {u"Shift Return"_s, tr("A new line in the question")},
            {u"Esc"_s, tr("Stop the answer, the smoke tests, or the files on their way")},
            {u"Ctrl N"_s, tr("New conversation")},
            {u"Ctrl O"_s, tr("Add documents")},
            {u"Ctrl L"_s, tr("Go to the question")},
            {u"F2, Del"_s, tr("Rename or delete a conversation; forget a document")}};
}

} // namespace gatehouse::ui
