// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/command.h"

#include <QtWidgets/QDialog>

#include <vector>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace gatehouse::ui {

class Theme;

/// Type a few letters, press Return: pages, ranges, profiles, themes, actions. The letters must occur in
/// their order; the closer together, the higher.
class CommandPalette : public QDialog
{
    Q_OBJECT
public:
    CommandPalette(const Theme& theme, std::vector<Command> commands, QWidget* parent);

    /// The commands that fit what is typed, best first.
    [[nodiscard]] std::vector<const Command*> matches() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void search();
    void runCurrent();

    const Theme& m_theme;
    std::vector<Command> m_commands;
    std::vector<const Command*> m_found;
    QLineEdit* m_input;
    QListView* m_list;
    QStandardItemModel* m_model;
};

/// How well needle fits text: negative when a letter is missing, else higher is better.
[[nodiscard]] int fuzzyScore(const QString& text, const QString& needle);

} // namespace gatehouse::ui
