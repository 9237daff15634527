// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/chunksdialog.h"

#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/ask/answertext.h"
#include "ui/pages/ask/asktext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxChunk = 64 << 10;
constexpr qsizetype Beginning = 120;

} // namespace

ChunksDialog::ChunksDialog(const Theme& theme, QWidget* parent)
    : QDialog(parent)
    , m_title(makeLabel(u"chunksTitle"_s, "heading"))
    , m_note(makeLabel(u"chunksNote"_s, "caption"))
    , m_model(new RecordModel({{tr("#"), u"index"_s, true, 48, {}},
                               {tr("Page"), u"page"_s, true, 56, {}},
                               {tr("Tokens"), u"tokens"_s, true, 64, {}},
                               {tr("Begins with"), u"text"_s, false, 320, {}}},
                              this))
    , m_table(new TableView(theme, *m_model, u"chunksTable"_s, tr("Chunks")))
    , m_text(new QPlainTextEdit)
{
    nameWidget(this, u"chunksDialog"_s, tr("Chunks of the document"));
    setWindowTitle(tr("Chunks of the document"));
    setAttribute(Qt::WA_DeleteOnClose);
    nameWidget(m_text, u"chunksText"_s, tr("Text of the chunk"));
    m_text->setReadOnly(true);
    m_text->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    auto* const close = new QPushButton(tr("Close"));
    nameWidget(close, u"chunksClose"_s, tr("Close"));
    auto* const split = new QSplitter(Qt::Horizontal);
    nameWidget(split, u"chunksSplitter"_s, tr("Chunks and the text of one"));
    split->addWidget(m_table);
    split->addWidget(m_text);
    split->setChildrenCollapsible(false);
    split->setSizes({520, 380});
    auto* const buttons = new QHBoxLayout;
    buttons->addWidget(m_note, 1);
    buttons->addWidget(close);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addWidget(m_title);
    column->addWidget(split, 1);
    column->addLayout(buttons);
    resize(960, 600);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_table, &TableView::rowActivated, this, &ChunksDialog::showChunk);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (current.isValid())
                    showChunk(current.data(RecordModel::KeyRole).toString());
            });
}

void ChunksDialog::show(const ChunksView& view)
{
    m_title->setText(shownName(view.document.name).left(90));
    m_note->setText(view.loading ? tr("◐ Loading…")
                    : view.error ? u"▲ "_s + fromText(view.error->message + " " + view.error->advice)
                                 : documentText(view.document));
    m_table->setEmptyText(view.loading ? tr("Loading…") : tr("There are no chunks to show."));
    const bool first = m_passages.empty() && !view.passages.empty();
    m_passages = view.passages;
    std::vector<Record> records;
    for (std::size_t i = 0; i < m_passages.size(); ++i) {
        const rag::Passage& passage = m_passages[i];
        const QString text = AnswerText::whole(fromText(passage.text.substr(0, 4 * Beginning))).simplified();
        const auto number = [](std::optional<double> value) {
            return value ? Cell{*value, formatExact(static_cast<std::int64_t>(*value)), {}, {}}
                         : Cell{{}, unknownText(), {}, {}};
        };
        records.push_back(
            {QString::number(i),
             {},
             {number(static_cast<double>(passage.index)),
              number(passage.page ? std::optional<double>(*passage.page) : std::nullopt),
              number(passage.tokens ? std::optional<double>(static_cast<double>(*passage.tokens))
                                    : std::nullopt),
              {text.left(Beginning), text.left(Beginning), text.left(Beginning), {}}}});
    }
    m_model->setRecords(std::move(records));
    if (first)
        m_table->selectRow(0);
}

void ChunksDialog::showChunk(const QString& key)
{
    const auto index = key.toULongLong();
    if (index < m_passages.size())
        m_text->setPlainText(AnswerText::whole(fromText(m_passages[index].text).left(MaxChunk)));
}

} // namespace gatehouse::ui
