// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>

class QLabel;
class QLineEdit;
class QToolButton;

namespace gatehouse::ui {

class KqlEditor;
class Theme;

/// Finds text in the editor: next with Return or F3, back with Shift, Escape closes.
class FindBar : public QFrame
{
    Q_OBJECT
public:
    FindBar(const Theme& theme, KqlEditor& editor);

    /// Shows itself with what is selected in the editor.
    void open();
    void findNext(bool backwards);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void search();
    void closeBar();

    KqlEditor& m_editor;
    QLineEdit* m_input;
    QLabel* m_count;
};

} // namespace gatehouse::ui
