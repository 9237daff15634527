// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rag/conversation.h"

#include <QtWidgets/QFrame>

#include <map>

class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSplitter;
class QStackedLayout;

namespace gatehouse::ui {

class AnswerPrices;
class AskList;
class ElidedLabel;
class Segments;
class Theme;

/// What an answer was made from: who answered and what it took, the passages with their ranks, the prompt.
class SourcePanel : public QFrame
{
    Q_OBJECT
public:
    SourcePanel(const Theme& theme, const AnswerPrices& prices);

    /// Null: there is no answer yet. running: more will be known.
    void show(const rag::Turn* turn, bool running);
    /// Shows the passage behind "[marker]"; false when there is none.
    bool openCitation(int marker);
    [[nodiscard]] QString fact(const QString& name) const;
    [[nodiscard]] QPlainTextEdit& passageText() { return *m_passage; }
    [[nodiscard]] AskList& passages() { return *m_list; }

Q_SIGNALS:
    void explainRequested(const QString& requestId);
    void told(const QString& text);

private:
    void build();
    void addFact(QFormLayout& form, const QString& name, const QString& label);
    void setFact(const QString& name, const QString& text, const QString& whole = {});
    void showFacts(const rag::AnswerFacts& facts, bool running);
    void showPassages();
    void showPassage(const QString& key);

    const AnswerPrices& m_prices;
    rag::Turn m_turn;
    bool m_any = false;
    QLabel* m_badge;
    QWidget* m_facts;
    std::map<QString, ElidedLabel*> m_values;
    QPushButton* m_explain;
    QPushButton* m_copyId;
    Segments* m_tabs;
    QStackedLayout* m_stack;
    QSplitter* m_split;
    AskList* m_list;
    ElidedLabel* m_passageTitle;
    QPlainTextEdit* m_passage;
    QPlainTextEdit* m_prompt;
    QLabel* m_empty;
};

} // namespace gatehouse::ui
