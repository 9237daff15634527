// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rag/conversation.h"

#include <QtWidgets/QFrame>

class QLabel;
class QPushButton;

namespace gatehouse::ui {

class AnswerView;
class ElidedLabel;
class Theme;

/// A question and its answer, or what is there instead of one. Shows what it is given.
class TurnCard : public QFrame
{
    Q_OBJECT
public:
    TurnCard(const Theme& theme, std::size_t number);

    /// The answer is on its way; its text comes with append().
    void showRunning(const rag::Turn& turn, bool stopping);
    void append(const QString& text);
    /// The turn is over. repeatable: it is the last one and can be asked again.
    void showDone(const rag::Turn& turn, bool repeatable);
    void setSelected(bool selected);
    [[nodiscard]] AnswerView& answer() { return *m_answer; }
    [[nodiscard]] QString stateText() const;

Q_SIGNALS:
    void citationChosen(int marker);
    void linkChosen(const QString& address);
    void askAgainRequested();
    void selected();
    void told(const QString& text);

protected:
    void mousePressEvent(QMouseEvent* event) override;

private:
    void build(const Theme& theme);
    void showQuestion(const rag::Turn& turn);
    void setState(const QString& text, const char* role);

    std::size_t m_number;
    rag::Turn m_turn;
    bool m_done = false;
    bool m_questionShown = false;
    QLabel* m_asked;
    AnswerView* m_question;
    QLabel* m_state;
    AnswerView* m_answer;
    QFrame* m_problem;
    QLabel* m_problemTitle;
    QLabel* m_problemText;
    ElidedLabel* m_facts;
    QPushButton* m_again;
    QPushButton* m_details;
    QPushButton* m_copy;
    QPushButton* m_sources;
};

} // namespace gatehouse::ui
