// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/keys/clipboardguard.h"
#include "ui/pages/keys/keyspresenter.h"

#include <QtWidgets/QDialog>

class QCheckBox;
class QFrame;
class QLabel;
class QPushButton;

namespace gatehouse::ui {

class NoticeBar;
class RecordModel;
class TableView;
class Theme;

/// The gateway's keys: who used each subscription in the last day, and a new key in the place of one that is
/// to end. Names the callers before it lets anybody press Regenerate; shows the new key once, hidden until it
/// is asked for, and forgets it when it closes. GUI thread.
class AccessKeysDialog : public QDialog
{
    Q_OBJECT
public:
    /// The guard outlives the dialog, since it clears the clipboard later.
    AccessKeysDialog(const Theme& theme, KeysPresenter& presenter, ClipboardGuard& guard, const Clock& clock,
                     QWidget* parent);
    ~AccessKeysDialog() override;

    /// Chooses this subscription as soon as it is shown.
    void select(const QString& subscription);

private:
    [[nodiscard]] QWidget* buildList();
    [[nodiscard]] QWidget* buildCallers();
    [[nodiscard]] QWidget* buildActions();
    [[nodiscard]] QFrame* buildKey();
    void showState();
    void showSubscriptions(const KeysState& state);
    void selectWanted();
    void showCallers(const KeysState& state);
    void showKey(const KeysState& state);
    void showClipboard();
    /// The new key in the label, or bullets; what stood there before is overwritten.
    void fillKey(const KeysState& state);

    const Theme& m_theme;
    KeysPresenter& m_presenter;
    ClipboardGuard& m_guard;
    const Clock& m_clock;
    NoticeBar* m_notice;
    RecordModel* m_subscriptions;
    TableView* m_list;
    RecordModel* m_callers;
    TableView* m_callerTable;
    QLabel* m_heading;
    QLabel* m_lastUsed;
    QCheckBox* m_acknowledge;
    QPushButton* m_primary;
    QPushButton* m_secondary;
    QFrame* m_keyPanel = nullptr;
    QLabel* m_keyTitle;
    QLabel* m_key;
    QPushButton* m_show;
    QPushButton* m_copy;
    QLabel* m_keyNote;
    QString m_wanted; ///< the subscription that is to be chosen
};

} // namespace gatehouse::ui
