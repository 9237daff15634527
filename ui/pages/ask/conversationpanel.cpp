// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/conversationpanel.h"

#include "ui/models/format.h"
#include "ui/pages/ask/asklist.h"
#include "ui/pages/ask/asktext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

ConversationPanel::ConversationPanel(const Theme& theme)
    : m_theme(theme)
    , m_new(new QPushButton(tr("New")))
    , m_more(new QToolButton)
    , m_search(new QLineEdit)
    , m_list(new AskList(theme, u"askConversations"_s,
                         tr("Conversations; Return opens, F2 renames, Del deletes")))
    , m_menu(new QMenu(this))
{
    build(theme);
}

void ConversationPanel::build(const Theme& theme)
{
    setProperty("panel", true);
    nameWidget(this, u"askConversationPanel"_s, tr("Conversations"));
    nameWidget(m_new, u"askNew"_s, tr("Start a new conversation"));
    nameWidget(m_more, u"askConversationMore"_s, tr("More about this conversation"));
    nameWidget(m_menu, u"askConversationMenu"_s, tr("Conversation"));
    nameWidget(m_search, u"askConversationSearch"_s, tr("Search the conversations"));
    setPlainToolTip(m_new, tr("Start a new conversation (Ctrl+N)"));
    m_new->setIcon(theme.icon(u"plus"_s));
    connect(&theme, &Theme::changed, this, [this, &theme] { m_new->setIcon(theme.icon(u"plus"_s)); });
    m_more->setText(u"⋯"_s);
    m_more->setProperty("kind", u"quiet"_s);
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setMenu(m_menu);
    m_search->setPlaceholderText(tr("Search"));
    m_search->setClearButtonEnabled(true);
    auto* const head = new QHBoxLayout;
    head->setContentsMargins(metric::Space3, 0, metric::Space2, 0);
    head->addWidget(makeLabel(u"askConversationsTitle"_s, "strong", tr("Conversations")), 1);
    head->addWidget(m_more);
    head->addWidget(m_new);
    auto* const searchRow = new QHBoxLayout;
    searchRow->setContentsMargins(metric::Space3, 0, metric::Space3, 0);
    searchRow->addWidget(m_search);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(1, metric::Space2, 1, 1);
    column->setSpacing(metric::Space2);
    column->addLayout(head);
    column->addLayout(searchRow);
    column->addWidget(m_list, 1);

    const auto id = [](const QString& key) { return key.toStdString(); };
    connect(m_new, &QPushButton::clicked, this, &ConversationPanel::startRequested);
    connect(m_search, &QLineEdit::textChanged, this, &ConversationPanel::searchChanged);
    connect(m_menu, &QMenu::aboutToShow, this, [this] { fillMenu(m_list->currentKey()); });
    connect(m_list, &QListView::clicked, this,
            [this, id] { Q_EMIT openRequested(id(m_list->currentKey())); });
    connect(m_list, &AskList::opened, this,
            [this, id](const QString& key) { Q_EMIT openRequested(id(key)); });
    connect(m_list, &AskList::removed, this,
            [this, id](const QString& key) { Q_EMIT deleteRequested(id(key)); });
    connect(m_list, &AskList::renamed, this, [this, id](const QString& key) {
        Q_EMIT renameRequested(id(key), m_list->currentIndex().data().toString());
    });
    connect(m_list, &QWidget::customContextMenuRequested, this, &ConversationPanel::openMenu);
}

void ConversationPanel::fillMenu(const QString& key)
{
    m_menu->clear();
    const std::string id = key.toStdString();
    const QString title = m_list->currentIndex().data().toString();
    m_menu->addAction(tr("Rename…\tF2"), this, [this, id, title] { Q_EMIT renameRequested(id, title); });
    m_menu->addAction(tr("Export as Markdown…"), this, [this, id] { Q_EMIT exportRequested(id, true); });
    m_menu->addAction(tr("Export as JSON…"), this, [this, id] { Q_EMIT exportRequested(id, false); });
    m_menu->addSeparator();
    m_menu->addAction(tr("Delete…\tDel"), this, [this, id] { Q_EMIT deleteRequested(id); });
    for (QAction* const action : m_menu->actions())
        action->setEnabled(!key.isEmpty());
}

void ConversationPanel::openMenu(const QPoint& position)
{
    const QModelIndex index = m_list->indexAt(position);
    if (!index.isValid())
        return;
    m_list->setCurrentIndex(index);
    m_menu->popup(m_list->viewport()->mapToGlobal(position));
}

void ConversationPanel::show(const AskState& state)
{
    std::vector<AskRow> rows;
    for (const rag::ConversationSummary& summary : state.conversations) {
        const QString turns = summary.turns == 1 ? tr("1 question") : tr("%1 questions").arg(summary.turns);
        rows.push_back({fromText(summary.id),
                        shownName(summary.title),
                        formatMoment(summary.changed) + u" · "_s + turns,
                        {},
                        false});
    }
    m_list->rows().setRows(std::move(rows));
    m_list->setCurrentKey(fromText(state.conversation->id));
    m_list->setEmptyText(m_search->text().trimmed().isEmpty()
                             ? tr("What you ask is kept here, on this computer.")
                             : tr("No conversation holds these words."));
}

} // namespace gatehouse::ui
