// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QDialog>

class QHBoxLayout;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace gatehouse::ui {

/// One question to the person, or one thing that he has to know: a sentence, perhaps a field or a text, and
/// buttons with verbs. Every text is shown as it is. Open it with open(); it deletes itself.
class PromptDialog : public QDialog
{
    Q_OBJECT
public:
    /// verb "" has no button to accept with.
    PromptDialog(const QString& objectName, const QString& title, const QString& text, const QString& verb,
                 QWidget* parent);

    /// A line to fill in; an empty one cannot be accepted.
    void addField(const QString& accessibleName, const QString& text);
    /// Something to read and select.
    void addText(const QString& accessibleName, const QString& text);
    /// A sentence of warning.
    void addWarning(const QString& text);
    void addCopy(const QString& text);
    [[nodiscard]] QString field() const;
    void setDangerous();

private:
    QVBoxLayout* m_middle;
    QHBoxLayout* m_buttons;
    QPushButton* m_accept;
    QLineEdit* m_field = nullptr;
    int m_warnings = 0;
};

} // namespace gatehouse::ui
