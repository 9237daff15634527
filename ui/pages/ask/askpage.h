// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/ask/askpresenter.h"
#include "ui/pages/ask/comparepresenter.h"
#include "ui/pages/ask/smokepresenter.h"
#include "ui/pages/page.h"

#include <QtCore/QPointer>

#include <functional>

class QFrame;
class QPushButton;
class QSplitter;
class QTemporaryDir;

namespace gatehouse::ui {

class AnswerPrices;
class ChatView;
class ChunksDialog;
class ComparePanel;
class Composer;
class ConversationPanel;
class Deck;
class DocumentPanel;
class PromptDialog;
class Segments;
class SmokePanel;
class SourcePanel;

/// Documents and conversations at the left, the conversation in the middle, and beside it what the answer was
/// made from; or the same question at several targets; or the smoke tests.
class AskPage : public Page
{
    Q_OBJECT
public:
    /// Opens the address of a link that somebody was shown and chose; false when it could not.
    using LinkOpener = std::function<bool(const QString&)>;

    /// What the page shows: one of these at a time.
    enum class Mode { Ask, Compare, SmokeTests };
    struct Presenters
    {
        AskPresenter& ask;
        ComparePresenter& compare;
        SmokePresenter& smoke;
        AnswerPrices& prices;
    };

    AskPage(Theme& theme, const Presenters& presenters, LinkOpener open);
    ~AskPage() override;

    [[nodiscard]] QWidget* filterField() override;
    [[nodiscard]] std::vector<Command> commands() override;
    [[nodiscard]] std::vector<std::pair<QString, QString>> keys() const override;
    bool stopWork() override;
    void showExample() override;
    [[nodiscard]] bool working() const override;

    [[nodiscard]] Composer& composer() { return *m_composer; }
    [[nodiscard]] ChatView& chat() { return *m_chat; }
    [[nodiscard]] DocumentPanel& documents() { return *m_documents; }
    [[nodiscard]] ConversationPanel& conversations() { return *m_conversations; }
    [[nodiscard]] SourcePanel& sources() { return *m_sources; }
    [[nodiscard]] ComparePanel& comparison() { return *m_compare; }
    [[nodiscard]] SmokePanel& smokeTests() { return *m_smoke; }
    void showMode(Mode mode);

public Q_SLOTS:
    /// What the composer holds.
    void send();
    void chooseFiles();
    /// Files go at once; folders are asked about first.
    void addPaths(const QStringList& paths);
    /// Sends a document that ships with the program, and writes a question that it answers.
    void trySample();
    void openConnect();
    void openLink(const QString& address);

protected:
    void describeEmpty(QString& title, QString& text) const override;
    [[nodiscard]] bool dependsOnRange() const override { return false; }
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void build();
    QWidget* buildAsking();
    QWidget* buildMiddle();
    QWidget* buildWelcome();
    void addKeys();
    void connectParts();
    void connectDialogs();
    void showState();
    void showBanner(const AskState& state);
    void showChunks(const AskState& state);
    void openCitation(std::size_t turn, int marker);
    void askToForget(const std::string& id);
    void askToDelete(const std::string& id);
    void askForName(const std::string& id, const QString& title);
    void saveExport(const QString& name, const QByteArray& text);
    void showReceipt(const rag::Receipt& receipt);
    void markDrop(bool over);
    /// The sample document as a file; "" when it cannot be written.
    [[nodiscard]] QString sampleFile();

    Theme& m_theme;
    AskPresenter& m_presenter;
    ComparePresenter& m_comparePresenter;
    SmokePresenter& m_smokePresenter;
    LinkOpener m_open;
    DocumentPanel* m_documents;
    ConversationPanel* m_conversations;
    Segments* m_mode;
    QPushButton* m_trySample;
    QPushButton* m_connect;
    NoticeBar* m_banner;
    ChatView* m_chat;
    QWidget* m_welcome = nullptr;
    Deck* m_middle;
    Composer* m_composer;
    SourcePanel* m_sources;
    ComparePanel* m_compare;
    SmokePanel* m_smoke;
    QWidget* m_asking;
    Deck* m_modes;
    QPointer<ChunksDialog> m_chunks;
    std::unique_ptr<QTemporaryDir> m_samples;
};

} // namespace gatehouse::ui
