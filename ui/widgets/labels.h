// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>
#include <QtWidgets/QLabel>

/// Small makers, so that every label shows plain text (remote names must never be read as markup) and every
/// widget has its name.
namespace gatehouse::ui {

/// role is one of the style sheet's label roles; "" for body text. objectName must be unique in its page.
[[nodiscard]] QLabel* makeLabel(const QString& objectName, const char* role, const QString& text = {});
/// The same label, of as many lines as it needs.
QLabel* wrapped(QLabel* label);
/// Changes a label's role, and with it its colour.
void setRole(QLabel* label, const char* role);
/// A surface with a hairline around it.
[[nodiscard]] QFrame* makePanel(const QString& objectName, const QString& accessibleName);
/// Sets both names.
void nameWidget(QWidget* widget, const QString& objectName, const QString& accessibleName);
/// A tool tip that shows text as it is, whatever it looks like.
void setPlainToolTip(QWidget* widget, const QString& text);

/// One line that ends in an ellipsis where it does not fit; the whole text is its tool tip then.
class ElidedLabel : public QLabel
{
    Q_OBJECT
public:
    explicit ElidedLabel(Qt::TextElideMode mode = Qt::ElideRight, QWidget* parent = nullptr);
    void setFullText(const QString& text);
    [[nodiscard]] const QString& fullText() const { return m_text; }
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void elide();

    Qt::TextElideMode m_mode;
    QString m_text;
};

} // namespace gatehouse::ui
