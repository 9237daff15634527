// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/activity/activitypresenter.h"

#include <QtWidgets/QFrame>

#include <array>

class QLabel;
class QListWidget;
class QPushButton;

namespace gatehouse::ui {

class DiffView;
class ElidedLabel;
class Theme;

/// One entry of the journal: who, when, how it ended, what it did to the traffic, each step with what was
/// there before and after, and what takes it back.
class EntryDetail : public QFrame
{
    Q_OBJECT
public:
    explicit EntryDetail(const Theme& theme);

    void setState(const ActivityState& state);
    /// "" when the entry can be taken back.
    void setWhyNoUndo(const QString& why);

Q_SIGNALS:
    void undoRequested();
    void told(const QString& text);

private:
    [[nodiscard]] QWidget* buildFacts();
    [[nodiscard]] QWidget* buildEffect();
    [[nodiscard]] QWidget* buildSteps();
    void showFacts(const jobs::JournalEntry& entry);
    void showEffect(const ActivityState& state);
    void showSteps();
    void showStep();

    static constexpr std::size_t Figures = 4;

    const Theme& m_theme;
    jobs::JournalEntry m_entry;
    ElidedLabel* m_title;
    QLabel* m_result;
    ElidedLabel* m_who;
    ElidedLabel* m_more;
    ElidedLabel* m_message;
    QLabel* m_hash;
    QPushButton* m_copyHash;
    QPushButton* m_undo;
    std::array<QLabel*, Figures> m_before{};
    std::array<QLabel*, Figures> m_after{};
    QLabel* m_effectNote;
    QListWidget* m_steps;
    QLabel* m_stepCaption;
    DiffView* m_diff;
};

} // namespace gatehouse::ui
