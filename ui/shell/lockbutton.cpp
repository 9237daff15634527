// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/lockbutton.h"

#include "ui/pages/changes/editlock.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

LockButton::LockButton(const Theme& theme, EditLock& lock)
    : m_theme(theme)
    , m_lock(lock)
{
    nameWidget(this, u"editLock"_s, tr("Editing"));
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setFixedHeight(metric::ControlHeight);
    connect(this, &QToolButton::clicked, this, &LockButton::toggle);
    connect(&lock, &EditLock::changed, this, &LockButton::showLock);
    connect(&theme, &Theme::changed, this, &LockButton::showLock);
    showLock();
}

QString LockButton::verb() const
{
    return m_lock.unlocked() ? tr("Lock editing") : tr("Unlock editing");
}

void LockButton::toggle()
{
    if (m_lock.unlocked())
        m_lock.lock();
    else
        m_lock.unlock();
}

void LockButton::showLock()
{
    const bool unlocked = m_lock.unlocked();
    const Tokens& tokens = m_theme.tokens();
    const auto minutes =
        static_cast<int>(std::chrono::ceil<std::chrono::minutes>(m_lock.remaining()).count());
    setEnabled(unlocked || m_lock.mayUnlock());
    setIcon(unlocked ? m_theme.icon(u"unlock"_s, tokens.warn) : m_theme.icon(u"lock"_s));
    setText(unlocked ? tr("Unlocked, %1 min").arg(minutes) : tr("Locked"));
    if (unlocked) {
        setAccessibleName(tr("Editing is unlocked, %n minutes left. Lock it", nullptr, minutes));
        setPlainToolTip(this, tr("This window may change the service for %1 more minutes. Click to lock it "
                                 "(Ctrl+Shift+E)")
                                  .arg(minutes));
    } else if (isEnabled()) {
        setAccessibleName(tr("Editing is locked. Unlock it"));
        setPlainToolTip(this, tr("Nothing can be changed from here. Click to unlock editing for 15 minutes "
                                 "(Ctrl+Shift+E)"));
    } else {
        setAccessibleName(tr("Editing is locked. %1").arg(m_lock.whyNot()));
        setPlainToolTip(this, m_lock.whyNot());
    }
}

} // namespace gatehouse::ui
