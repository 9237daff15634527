// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/documentpanel.h"

#include "ui/models/format.h"
#include "ui/pages/ask/answertext.h"
#include "ui/pages/ask/asklist.h"
#include "ui/pages/ask/asktext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtCore/QLocale>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr QStringView UploadKey = u"upload:";
constexpr QStringView DocumentKey = u"document:";

QString sizeText(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

AskRow rowOf(const UploadLine& upload)
{
    AskRow row;
    row.key = UploadKey.toString() + QString::number(upload.number);
    row.title = AnswerText::whole(upload.name).simplified().left(200);
    switch (upload.state) {
    case UploadLine::State::Waiting:
        row.text = DocumentPanel::tr("– Waiting");
        break;
    case UploadLine::State::Sending:
        row.text =
            upload.total > 0
                ? DocumentPanel::tr("◐ Sending, %1 of %2").arg(sizeText(upload.sent), sizeText(upload.total))
                : DocumentPanel::tr("◐ Sending");
        row.progress =
            upload.total > 0 ? static_cast<double>(upload.sent) / static_cast<double>(upload.total) : -1.0;
        break;
    case UploadLine::State::Indexing:
        row.text = DocumentPanel::tr("◐ Reading and indexing");
        row.progress = -1.0;
        break;
    case UploadLine::State::Done:
        row.text = upload.document && upload.document->duplicate
                       ? DocumentPanel::tr("● Was there already; indexed once")
                       : DocumentPanel::tr("● Indexed");
        break;
    case UploadLine::State::Failed:
        row.text = u"▲ "_s + shownName(upload.error->message + " " + upload.error->advice);
        row.problem = true;
        break;
    case UploadLine::State::Stopped:
        row.text = DocumentPanel::tr("– Stopped; nothing was kept");
        break;
    }
    return row;
}

QPushButton* makeAction(const QString& objectName, const QString& text, const QString& accessibleName)
{
    auto* const button = new QPushButton(text);
    nameWidget(button, objectName, accessibleName);
    button->setProperty("kind", u"link"_s);
    return button;
}

} // namespace

DocumentPanel::DocumentPanel(const Theme& theme)
    : m_title(makeLabel(u"askDocumentsTitle"_s, "strong", tr("Documents")))
    , m_attach(new QPushButton(tr("Add…")))
    , m_drop(makeLabel(u"askDropHint"_s, "caption", tr("Drop PDF, DOCX or TXT files here")))
    , m_list(new AskList(theme, u"askDocuments"_s, tr("Documents; Return shows the chunks, Del forgets")))
    , m_chunks(makeAction(u"askChunks"_s, tr("Chunks"), tr("Show the chunks of the document")))
    , m_forget(makeAction(u"askForget"_s, tr("Forget…"), tr("Remove the document from the service")))
    , m_cancel(makeAction(u"askUploadCancel"_s, tr("Cancel"), tr("Stop sending this file")))
    , m_retry(makeAction(u"askUploadRetry"_s, tr("Send again"), tr("Send this file again")))
    , m_clear(makeAction(u"askUploadClear"_s, tr("Clear finished"),
                         tr("Take away the lines of files that are done")))
{
    build(theme);
    showActions();
}

void DocumentPanel::build(const Theme& theme)
{
    setProperty("panel", true);
    nameWidget(this, u"askDocumentPanel"_s, tr("Documents"));
    nameWidget(m_attach, u"askAdd"_s, tr("Add documents"));
    m_attach->setIcon(theme.icon(u"plus"_s));
    connect(&theme, &Theme::changed, this, [this, &theme] { m_attach->setIcon(theme.icon(u"plus"_s)); });
    auto* const head = new QHBoxLayout;
    head->setContentsMargins(metric::Space3, 0, metric::Space2, 0);
    head->addWidget(m_title, 1);
    head->addWidget(m_attach);
    auto* const zone = new QFrame;
    nameWidget(zone, u"askDropZone"_s, tr("Drop documents here"));
    zone->setProperty("surface", u"drop"_s);
    auto* const zoneColumn = new QVBoxLayout(zone);
    zoneColumn->setContentsMargins(metric::Space2, metric::Space2, metric::Space2, metric::Space2);
    m_drop->setAlignment(Qt::AlignCenter);
    zoneColumn->addWidget(m_drop);
    auto* const zoneRow = new QHBoxLayout;
    zoneRow->setContentsMargins(metric::Space3, 0, metric::Space3, 0);
    zoneRow->addWidget(zone);
    auto* const actions = new QHBoxLayout;
    actions->setContentsMargins(metric::Space3, 0, metric::Space3, metric::Space1);
    actions->setSpacing(metric::Space3);
    for (QPushButton* const action : {m_chunks, m_forget, m_cancel, m_retry, m_clear})
        actions->addWidget(action);
    actions->addStretch(1);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(1, metric::Space2, 1, 1);
    column->setSpacing(metric::Space2);
    column->addLayout(head);
    column->addLayout(zoneRow);
    column->addWidget(m_list, 1);
    column->addLayout(actions);

    connect(m_attach, &QPushButton::clicked, this, &DocumentPanel::attachRequested);
    connect(m_list, &AskList::currentKeyChanged, this, &DocumentPanel::showActions);
    connect(m_list, &AskList::opened, this, &DocumentPanel::open);
    connect(m_list, &AskList::removed, this, &DocumentPanel::remove);
    connect(m_chunks, &QPushButton::clicked, this, [this] { open(m_list->currentKey()); });
    connect(m_forget, &QPushButton::clicked, this, [this] { remove(m_list->currentKey()); });
    connect(m_cancel, &QPushButton::clicked, this, [this] { remove(m_list->currentKey()); });
    connect(m_retry, &QPushButton::clicked, this, [this] { open(m_list->currentKey()); });
    connect(m_clear, &QPushButton::clicked, this, &DocumentPanel::clearRequested);
}

const UploadLine* DocumentPanel::uploadOf(const QString& key) const
{
    if (!key.startsWith(UploadKey))
        return nullptr;
    const int number = key.mid(UploadKey.size()).toInt();
    const auto found = std::find_if(m_uploads.begin(), m_uploads.end(),
                                    [number](const UploadLine& one) { return one.number == number; });
    return found == m_uploads.end() ? nullptr : &*found;
}

void DocumentPanel::open(const QString& key)
{
    if (const UploadLine* const upload = uploadOf(key)) {
        if (upload->state == UploadLine::State::Failed || upload->state == UploadLine::State::Stopped)
            Q_EMIT retryRequested(upload->number);
        else if (upload->document && !upload->document->id.empty())
            Q_EMIT chunksRequested(upload->document->id);
    } else if (key.startsWith(DocumentKey) && m_listed) {
        Q_EMIT chunksRequested(key.mid(DocumentKey.size()).toStdString());
    }
}

void DocumentPanel::remove(const QString& key)
{
    if (const UploadLine* const upload = uploadOf(key)) {
        if (!upload->over())
            Q_EMIT cancelRequested(upload->number);
    } else if (key.startsWith(DocumentKey) && m_listed) {
        Q_EMIT forgetRequested(key.mid(DocumentKey.size()).toStdString());
    }
}

void DocumentPanel::showActions()
{
    const QString key = m_list->currentKey();
    const UploadLine* const upload = uploadOf(key);
    const bool document = key.startsWith(DocumentKey) && m_listed;
    m_chunks->setVisible(document);
    m_forget->setVisible(document);
    m_cancel->setVisible(upload != nullptr && !upload->over());
    m_retry->setVisible(upload != nullptr && upload->over() && upload->state != UploadLine::State::Done);
    m_clear->setVisible(
        std::any_of(m_uploads.begin(), m_uploads.end(), [](const UploadLine& one) { return one.over(); }));
}

void DocumentPanel::show(const AskState& state)
{
    m_uploads = state.uploads;
    m_listed = state.documentsListed;
    std::vector<AskRow> rows;
    for (auto upload = m_uploads.rbegin(); upload != m_uploads.rend(); ++upload)
        rows.push_back(rowOf(*upload));
    int unnamed = 0;
    for (const rag::Document& document : state.documents) {
        AskRow row;
        row.key = document.id.empty() ? u"unnamed:"_s + QString::number(unnamed++)
                                      : DocumentKey.toString() + fromText(document.id);
        row.title = shownName(document.name);
        row.text = documentText(document);
        if (!document.id.empty() && document.id == state.forgetting) {
            row.text = tr("◐ Forgetting…");
            row.progress = -1.0;
        }
        rows.push_back(std::move(row));
    }
    m_list->rows().setRows(std::move(rows));
    m_list->setEmptyText(!state.offered ? tr("This profile names no document service.")
                         : !state.documentsListed
                             ? tr("The service lists no documents. What you add is there all the same.")
                             : tr("No documents yet. Add one, then ask about it."));
    m_title->setText(state.documents.empty() ? tr("Documents")
                                             : tr("Documents · %1").arg(state.documents.size()));
    m_attach->setEnabled(state.offered);
    setPlainToolTip(m_attach, state.offered ? tr("Choose files to add (Ctrl+O)")
                                            : tr("This profile names no document service."));
    showActions();
}

} // namespace gatehouse::ui
