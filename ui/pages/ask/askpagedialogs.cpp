// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "ui/models/format.h"
#include "ui/pages/ask/askpage.h"
#include "ui/pages/ask/asktext.h"
#include "ui/pages/ask/chatview.h"
#include "ui/pages/ask/comparepanel.h"
#include "ui/pages/ask/composer.h"
#include "ui/pages/ask/connectdialog.h"
#include "ui/pages/ask/conversationpanel.h"
#include "ui/pages/ask/documentpanel.h"
#include "ui/pages/ask/promptdialog.h"
#include "ui/widgets/linktarget.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>
#include <QtWidgets/QFileDialog>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int MostOfFolder = 100;

const QStringList& documentNames()
{
    static const QStringList names{u"*.pdf"_s, u"*.docx"_s, u"*.txt"_s};
    return names;
}

/// The documents that lie in the folder itself, at most one more than may go at once.
QStringList documentsIn(const QString& folder)
{
    QStringList paths;
    const QFileInfoList entries = QDir(folder).entryInfoList(
        documentNames(), QDir::Files | QDir::Readable | QDir::NoSymLinks, QDir::Name);
    for (const QFileInfo& entry : entries) {
        paths.append(entry.absoluteFilePath());
        if (paths.size() > MostOfFolder)
            break;
    }
    return paths;
}

QString namesOf(const QStringList& paths)
{
    QStringList names;
    for (const QString& path : paths)
        names.append(shownName(QFileInfo(path).fileName().toStdString()));
    return names.join(u'\n');
}

} // namespace

void AskPage::connectDialogs()
{
    connect(m_documents, &DocumentPanel::forgetRequested, this, &AskPage::askToForget);
    connect(m_conversations, &ConversationPanel::deleteRequested, this, &AskPage::askToDelete);
    connect(m_conversations, &ConversationPanel::renameRequested, this, &AskPage::askForName);
    connect(m_chat, &ChatView::linkChosen, this, &AskPage::openLink);
    connect(m_compare, &ComparePanel::linkChosen, this, &AskPage::openLink);
    connect(&m_presenter, &AskPresenter::exported, this, &AskPage::saveExport);
    connect(&m_presenter, &AskPresenter::forgotten, this, &AskPage::showReceipt);
}

void AskPage::chooseFiles()
{
    if (!m_presenter.state()->offered)
        return;
    auto* const dialog = new QFileDialog(window(), tr("Add documents"), QDir::homePath(),
                                         tr("Documents (*.pdf *.docx *.txt);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"askFiles"_s);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &AskPage::addPaths);
    dialog->open();
}

void AskPage::addPaths(const QStringList& paths)
{
    QStringList files;
    QStringList inFolders;
    QStringList folders;
    for (const QString& path : paths) {
        if (!QFileInfo(path).isDir()) {
            files.append(path);
            continue;
        }
        folders.append(shownName(QDir(path).dirName().toStdString()));
        inFolders += documentsIn(path);
    }
    if (!files.isEmpty())
        m_presenter.desk().upload(files);
    if (folders.isEmpty())
        return;
    if (inFolders.isEmpty()) {
        Q_EMIT told(tr("There is no PDF, DOCX or TXT file in %1.").arg(folders.join(u", "_s)));
        return;
    }
    const bool tooMany = inFolders.size() > MostOfFolder;
    inFolders = inFolders.mid(0, MostOfFolder);
    auto* const dialog = new PromptDialog(u"askFolder"_s, tr("Add a folder"),
                                          tr("%1 holds these %2 documents. Folders in it are left out. "
                                             "Should all of them be sent to the document service?")
                                              .arg(folders.join(u", "_s), QString::number(inFolders.size())),
                                          tr("Send %1 files").arg(inFolders.size()), window());
    dialog->addText(tr("Files"), namesOf(inFolders));
    if (tooMany)
        dialog->addWarning(tr("There are more; only the first %1 are sent.").arg(MostOfFolder));
    connect(dialog, &QDialog::accepted, this, [this, inFolders] { m_presenter.desk().upload(inFolders); });
    dialog->open();
}

void AskPage::askToForget(const std::string& id)
{
    const std::shared_ptr<const AskState> state = m_presenter.state();
    const auto document = std::find_if(state->documents.begin(), state->documents.end(),
                                       [&](const rag::Document& one) { return one.id == id; });
    if (document == state->documents.end() || !state->forgetting.empty())
        return;
    auto* const dialog = new PromptDialog(
        u"askForgetDialog"_s, tr("Forget a document"),
        tr("“%1” and its chunks are removed from the document service, for everybody who asks there. "
           "Answers that were given stay in the conversations of this computer.")
            .arg(shownName(document->name)),
        tr("Forget it"), window());
    dialog->setDangerous();
    connect(dialog, &QDialog::accepted, this, [this, id] { m_presenter.desk().forget(id); });
    dialog->open();
}

void AskPage::showReceipt(const rag::Receipt& receipt)
{
    const QString text =
        tr("Document: %1\nId: %2\nChunks removed: %3\nAt: %4")
            .arg(shownName(receipt.documentName), shownName(receipt.documentId),
                 formatExact(receipt.chunksRemoved), QString::fromStdString(formatDateTime(receipt.at)));
    auto* const dialog =
        new PromptDialog(u"askReceipt"_s, tr("Receipt"),
                         tr("The document service confirms that it forgot the document."), {}, window());
    dialog->addText(tr("Receipt"), text);
    dialog->addCopy(text);
    dialog->open();
}

void AskPage::askToDelete(const std::string& id)
{
    if (id.empty())
        return;
    auto* const dialog =
        new PromptDialog(u"askDeleteDialog"_s, tr("Delete a conversation"),
                         tr("The conversation is deleted from this computer and cannot be brought back."),
                         tr("Delete it"), window());
    dialog->setDangerous();
    connect(dialog, &QDialog::accepted, this, [this, id] { m_presenter.removeConversation(id); });
    dialog->open();
}

void AskPage::askForName(const std::string& id, const QString& title)
{
    if (id.empty())
        return;
    auto* const dialog = new PromptDialog(u"askRenameDialog"_s, tr("Rename a conversation"),
                                          tr("What should it be called?"), tr("Rename"), window());
    dialog->addField(tr("Name"), title);
    connect(dialog, &QDialog::accepted, this,
            [this, id, dialog] { m_presenter.renameConversation(id, dialog->field()); });
    dialog->open();
}

void AskPage::saveExport(const QString& name, const QByteArray& text)
{
    auto* const dialog = new QFileDialog(window(), tr("Export the conversation"), QDir::homePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"askExport"_s);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(name);
    connect(dialog, &QFileDialog::fileSelected, this, [this, text](const QString& path) {
        auto writing = QtConcurrent::run(
            [path = path.toStdString(), text = text.toStdString()] { return atomicWrite(path, text); });
        writing.then(this, [this](const Status& done) {
            Q_EMIT told(done ? tr("Exported") : tr("Not exported: %1").arg(fromText(done.error().message)));
        });
    });
    dialog->open();
}

void AskPage::openLink(const QString& address)
{
    const LinkTarget target = inspectLink(address);
    if (!target.mayOpen) {
        Q_EMIT told(tr("This link leads nowhere that may be opened."));
        return;
    }
    auto* const dialog =
        new PromptDialog(u"askLinkDialog"_s, tr("Open a link"),
                         tr("This link stands in text that nobody has checked. It really leads to %1:")
                             .arg(target.host.left(200)),
                         tr("Open it"), window());
    dialog->addText(tr("Address"), target.address);
    for (const QString& warning : target.warnings)
        dialog->addWarning(warning);
    dialog->addCopy(target.address);
    dialog->setDangerous();
    connect(dialog, &QDialog::accepted, this, [this, open = target.address] {
        if (!m_open || !m_open(open))
            Q_EMIT told(tr("The link could not be opened. Copy the address instead."));
    });
    dialog->open();
}

void AskPage::openConnect()
{
    const settings::Profile& profile = m_presenter.profile();
    rag::ConnectTarget target;
    target.endpoint = profile.gatewayUrl;
    const std::optional<settings::Cloud> cloud = settings::azureCloud(profile.cloudId);
    target.scope =
        cloud && !cloud->gatewayScope.empty() ? cloud->gatewayScope : std::string(rag::CognitiveScope);
    auto* const dialog = new ConnectDialog(theme(), target, profile.isLocal(), window());
    connect(&m_presenter, &AskPresenter::servicesFound, dialog, &ConnectDialog::setServices);
    m_presenter.findServices();
    dialog->open();
}

QString AskPage::sampleFile()
{
    // What ships inside of the program is no file that could be sent.
    const QString name = u"travel-and-expenses-policy.pdf"_s;
    if (m_samples == nullptr)
        m_samples = std::make_unique<QTemporaryDir>();
    const QString path = m_samples->filePath(name);
    QFile file(u":/gatehouse/documents/"_s + name);
    return file.open(QIODevice::ReadOnly) && atomicWrite(path.toStdString(), file.readAll().toStdString())
               ? path
               : QString();
}

void AskPage::trySample()
{
    const QString path = sampleFile();
    if (path.isEmpty()) {
        Q_EMIT told(tr("The sample document could not be written to a temporary folder."));
        return;
    }
    m_presenter.desk().upload({path});
    if (m_composer->text().trimmed().isEmpty())
        m_composer->setText(tr("What happens when I lose a receipt?"));
    m_composer->edit().setFocus();
}

bool AskPage::working() const
{
    return m_presenter.listing();
}

void AskPage::showExample()
{
    // Only where nobody else sees what is sent.
    if (!m_presenter.profile().isLocal() || !m_presenter.state()->conversation->turns.empty())
        return;
    if (const QString path = sampleFile(); !path.isEmpty())
        m_presenter.runExample(path,
                               {tr("How much does the company pay for each kilometre in a private car?"),
                                tr("Which football club does the divisional director support?"),
                                tr("What happens when I lose a receipt?")});
}

} // namespace gatehouse::ui
