// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/labels.h"

#include "ui/models/format.h"

#include <QtCore/QEvent>
#include <QtWidgets/QStyle>

namespace gatehouse::ui {

QLabel* makeLabel(const QString& objectName, const char* role, const QString& text)
{
    auto* const label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setObjectName(objectName);
    if (*role != '\0')
        label->setProperty("role", QString::fromLatin1(role));
    label->setText(text);
    return label;
}

QLabel* wrapped(QLabel* label)
{
    label->setWordWrap(true);
    return label;
}

void setRole(QLabel* label, const char* role)
{
    const QString wanted = QString::fromLatin1(role);
    if (label->property("role").toString() == wanted)
        return;
    label->setProperty("role", wanted);
    label->style()->unpolish(label);
    label->style()->polish(label);
}

QFrame* makePanel(const QString& objectName, const QString& accessibleName)
{
    auto* const panel = new QFrame;
    panel->setProperty("panel", true);
    nameWidget(panel, objectName, accessibleName);
    return panel;
}

void nameWidget(QWidget* widget, const QString& objectName, const QString& accessibleName)
{
    widget->setObjectName(objectName);
    widget->setAccessibleName(accessibleName);
}

void setPlainToolTip(QWidget* widget, const QString& text)
{
    widget->setToolTip(plainToolTip(text));
}

ElidedLabel::ElidedLabel(Qt::TextElideMode mode, QWidget* parent)
    : QLabel(parent)
    , m_mode(mode)
{
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ElidedLabel::setFullText(const QString& text)
{
    if (text == m_text)
        return;
    m_text = text;
    updateGeometry();
    elide();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().horizontalAdvance(QChar(0x2026)) + 4, QLabel::minimumSizeHint().height()};
}

QSize ElidedLabel::sizeHint() const
{
    const QMargins margins = contentsMargins();
    return {fontMetrics().horizontalAdvance(m_text) + margins.left() + margins.right() + 2,
            fontMetrics().height() + margins.top() + margins.bottom()};
}

void ElidedLabel::resizeEvent(QResizeEvent* event)
{
    QLabel::resizeEvent(event);
    elide();
}

void ElidedLabel::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        elide();
}

void ElidedLabel::elide()
{
    const QString shown = fontMetrics().elidedText(m_text, m_mode, contentsRect().width());
    if (shown != text())
        setText(shown);
    setPlainToolTip(this, shown == m_text ? QString() : m_text);
}

} // namespace gatehouse::ui
