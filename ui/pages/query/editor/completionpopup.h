// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/language/language.h"

#include <QtWidgets/QFrame>

#include <vector>

class QLabel;
class QListView;

namespace gatehouse::ui {

class CompletionModel;
class Theme;

/// The list below the caret. It never takes the focus: the editor hands it the keys that are its business.
class CompletionPopup : public QFrame
{
    Q_OBJECT
public:
    CompletionPopup(const Theme& theme, QWidget* editor);

    /// caret: where the word begins, in the editor's viewport, as a rectangle of the caret.
    void showItems(std::vector<kql::language::Completion> items, const QRect& caret);
    /// Whether the key was used: up, down, page up and down, Return, Tab, Escape.
    [[nodiscard]] bool takeKey(int key);
    [[nodiscard]] const kql::language::Completion* current() const;

Q_SIGNALS:
    void chosen(const QString& insert);

private:
    void choose();
    void place(const QRect& caret);

    const Theme& m_theme;
    QWidget* m_editor;
    CompletionModel* m_model;
    QListView* m_list;
    QLabel* m_detail;
};

} // namespace gatehouse::ui
