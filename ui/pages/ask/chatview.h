// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/ask/askstate.h"

#include <QtWidgets/QScrollArea>

#include <vector>

class QPushButton;
class QVBoxLayout;

namespace gatehouse::ui {

class Theme;
class TurnCard;

/// The turns of the conversation one below the other. Stays at its end while an answer is written, unless
/// somebody scrolled away from there. Shows at most MostShown turns until earlier ones are asked for.
class ChatView : public QScrollArea
{
    Q_OBJECT
public:
    static constexpr std::size_t MostShown = 30;

    explicit ChatView(const Theme& theme);

    void show(const AskState& state);
    void append(const QString& text);
    /// Of the turn with this index; null while it is not shown.
    [[nodiscard]] TurnCard* card(std::size_t turn) const;
    void scrollToEnd();

Q_SIGNALS:
    void citationChosen(std::size_t turn, int marker);
    void linkChosen(const QString& address);
    void askAgainRequested();
    void turnChosen(std::size_t turn);
    /// More turns are to be shown: show() again.
    void earlierRequested();
    void told(const QString& text);

private:
    void rebuild(const AskState& state);
    TurnCard* addCard(std::size_t turn);

    const Theme& m_theme;
    QWidget* m_content;
    QVBoxLayout* m_column;
    QPushButton* m_earlier;
    std::shared_ptr<const rag::Conversation> m_shown;
    std::vector<TurnCard*> m_cards;
    std::size_t m_first = 0; ///< the turn of the first card
    std::size_t m_more = 0;  ///< turns shown beyond MostShown
    bool m_running = false;  ///< the last card is of the answer on its way
    bool m_redraw = false;
    bool m_atEnd = true;
};

} // namespace gatehouse::ui
