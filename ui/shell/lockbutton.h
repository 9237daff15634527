// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QToolButton>

namespace gatehouse::ui {

class EditLock;
class Theme;

/// Whether this window may write, in a word and a lock, and for how long; a click turns it. Out of use, with
/// the reason in its tool tip, for who may not write at all.
class LockButton : public QToolButton
{
    Q_OBJECT
public:
    LockButton(const Theme& theme, EditLock& lock);

    /// What a click does: "Unlock editing", "Lock editing".
    [[nodiscard]] QString verb() const;
    void toggle();

private:
    void showLock();

    const Theme& m_theme;
    EditLock& m_lock;
};

} // namespace gatehouse::ui
