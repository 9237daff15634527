// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/chatview.h"

#include "ui/models/format.h"
#include "ui/pages/ask/answerview.h"
#include "ui/pages/ask/turncard.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

ChatView::ChatView(const Theme& theme)
    : m_theme(theme)
    , m_content(new QWidget)
    , m_column(new QVBoxLayout(m_content))
    , m_earlier(new QPushButton(tr("Show earlier questions")))
{
    nameWidget(this, u"askChat"_s, tr("Conversation"));
    nameWidget(m_content, u"askTurns"_s, tr("Questions and answers"));
    nameWidget(m_earlier, u"askEarlier"_s, tr("Show earlier questions"));
    m_earlier->setProperty("kind", u"link"_s);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidget(m_content);
    m_column->setContentsMargins(0, 0, metric::Space2, 0);
    m_column->setSpacing(metric::Space3);
    m_column->addWidget(m_earlier, 0, Qt::AlignHCenter);
    m_column->addStretch(1);
    m_earlier->hide();
    connect(m_earlier, &QPushButton::clicked, this, [this] {
        m_more += MostShown;
        m_redraw = true;
        Q_EMIT earlierRequested();
    });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this,
            [this](int value) { m_atEnd = value >= verticalScrollBar()->maximum() - 8; });
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int /*low*/, int high) {
        if (m_atEnd)
            verticalScrollBar()->setValue(high);
    });
}

TurnCard* ChatView::card(std::size_t turn) const
{
    return turn >= m_first && turn - m_first < m_cards.size() ? m_cards[turn - m_first] : nullptr;
}

TurnCard* ChatView::addCard(std::size_t turn)
{
    auto* const card = new TurnCard(m_theme, turn);
    m_column->insertWidget(m_column->count() - 1, card);
    m_cards.push_back(card);
    connect(card, &TurnCard::citationChosen, this,
            [this, turn](int marker) { Q_EMIT citationChosen(turn, marker); });
    connect(card, &TurnCard::linkChosen, this, &ChatView::linkChosen);
    connect(card, &TurnCard::askAgainRequested, this, &ChatView::askAgainRequested);
    connect(card, &TurnCard::selected, this, [this, turn] { Q_EMIT turnChosen(turn); });
    connect(card, &TurnCard::told, this, &ChatView::told);
    return card;
}

void ChatView::rebuild(const AskState& state)
{
    for (TurnCard* const card : m_cards) {
        card->hide();
        card->deleteLater();
    }
    m_cards.clear();
    const std::size_t count = state.turnCount();
    m_first = count > MostShown + m_more ? count - MostShown - m_more : 0;
    m_earlier->setVisible(m_first > 0);
    m_running = false;
    m_atEnd = true;
}

void ChatView::show(const AskState& state)
{
    const std::vector<rag::Turn>& turns = state.conversation->turns;
    // The same conversation only grows at its end; anything else is drawn anew.
    const bool same = !std::exchange(m_redraw, false) && m_shown && m_shown->id == state.conversation->id &&
                      m_cards.size() + m_first <= state.turnCount() &&
                      (turns.size() >= m_first + m_cards.size() - (m_running ? 1 : 0));
    if (!same) {
        if (!m_shown || m_shown->id != state.conversation->id)
            m_more = 0;
        rebuild(state);
    }
    m_shown = state.conversation;
    for (std::size_t turn = m_first; turn < state.turnCount(); ++turn) {
        TurnCard* shown = card(turn);
        if (shown == nullptr) {
            shown = addCard(turn);
            m_atEnd = true;
        }
        if (turn < turns.size()) {
            shown->showDone(turns[turn], turn + 1 == turns.size() && !state.running);
        } else {
            if (shown->answer().given().isEmpty() && !state.running->answer.empty())
                shown->append(fromText(state.running->answer)); // it was on its way already
            shown->showRunning(*state.running, state.stopping);
        }
        shown->setSelected(state.selected == turn && state.turnCount() > 1);
    }
    m_running = state.running.has_value();
}

void ChatView::append(const QString& text)
{
    if (m_running && !m_cards.empty())
        m_cards.back()->append(text);
}

void ChatView::scrollToEnd()
{
    m_atEnd = true;
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

} // namespace gatehouse::ui
