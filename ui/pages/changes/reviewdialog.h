// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/changes/changeflow.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QStackedWidget;

namespace gatehouse::ui {

class DiffView;
class NoticeBar;
class StateView;
class Theme;

/// The last look before anything is written: what would change against the service as it is now, what others
/// changed meanwhile, and, where both changed the same, the choice. Then how the writing went. Shows the
/// flow's state and decides nothing. Closing it drops the proposal; while something is being written it
/// stays.
class ReviewDialog : public QDialog
{
    Q_OBJECT
public:
    ReviewDialog(const Theme& theme, ChangeFlow& flow, QWidget* parent);

public Q_SLOTS:
    void reject() override;

private:
    [[nodiscard]] QWidget* buildWork();
    [[nodiscard]] QWidget* buildVersions();
    [[nodiscard]] QWidget* buildFoot();
    void connectAll();
    void showState();
    void showReview(const jobs::Review& review);
    void showChange();
    void showFoot(const ChangeState& state);
    void copyDetails();
    [[nodiscard]] QString whyNotApply(const ChangeState& state) const;
    [[nodiscard]] std::string chosenResource() const;

    const Theme& m_theme;
    ChangeFlow& m_flow;
    bool m_done = false;
    bool m_ended = false; ///< nothing is left to do but to close it
    QLabel* m_title;
    QLabel* m_read;
    QStackedWidget* m_stack;
    StateView* m_state;
    QWidget* m_work = nullptr;
    QListWidget* m_list;
    QLabel* m_what;
    NoticeBar* m_note;
    QWidget* m_theirs = nullptr; ///< their version with its caption and button
    DiffView* m_theirDiff;
    DiffView* m_diff;
    QLabel* m_diffCaption;
    QPushButton* m_keepTheirs;
    QPushButton* m_useMine;
    QLineEdit* m_ticket;
    QLabel* m_ticketLabel;
    QLabel* m_why;
    QPushButton* m_unlock;
    QPushButton* m_copy;
    QPushButton* m_again;
    QPushButton* m_cancel;
    QPushButton* m_apply;
};

} // namespace gatehouse::ui
