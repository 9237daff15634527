// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>

#include <vector>

class QButtonGroup;
class QLabel;
class QToolButton;
class QVBoxLayout;

namespace gatehouse::ui {

class Theme;

/// The pages that are built, one button each, and the profile at the foot. Shows icons alone when it is
/// collapsed.
class Navigation : public QFrame
{
    Q_OBJECT
public:
    explicit Navigation(const Theme& theme);

    void addPage(const QString& id, const QString& title, const QString& icon, const QString& keys);
    void setCurrent(const QString& id);
    void setCollapsed(bool collapsed);
    [[nodiscard]] bool collapsed() const { return m_collapsed; }
    /// The menu's button at the foot.
    [[nodiscard]] QToolButton& profileButton() { return *m_profile; }
    void setProfile(const QString& name, bool ready);

Q_SIGNALS:
    void chosen(const QString& id);

private:
    struct Entry
    {
        QString id;
        QString title;
        QString icon;
        QToolButton* button;
    };

    void restyle();

    const Theme& m_theme;
    bool m_collapsed = false;
    bool m_profileReady = false;
    QString m_profileName;
    std::vector<Entry> m_entries;
    QButtonGroup* m_group;
    QVBoxLayout* m_column;
    QLabel* m_logo;
    QLabel* m_name;
    QToolButton* m_profile;
};

} // namespace gatehouse::ui
