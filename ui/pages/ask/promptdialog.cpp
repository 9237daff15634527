// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/promptdialog.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

PromptDialog::PromptDialog(const QString& objectName, const QString& title, const QString& text,
                           const QString& verb, QWidget* parent)
    : QDialog(parent)
    , m_middle(new QVBoxLayout)
    , m_buttons(new QHBoxLayout)
    , m_accept(new QPushButton(verb))
{
    nameWidget(this, objectName, title);
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    auto* const label = makeLabel(objectName + u"Text"_s, "", text);
    label->setWordWrap(true);
    nameWidget(m_accept, objectName + u"Accept"_s, verb);
    m_accept->setProperty("kind", u"primary"_s);
    m_accept->setDefault(true);
    m_accept->setVisible(!verb.isEmpty());
    auto* const close = new QPushButton(verb.isEmpty() ? tr("Close") : tr("Cancel"));
    nameWidget(close, objectName + u"Cancel"_s, close->text());
    m_buttons->addStretch(1);
    m_buttons->addWidget(close);
    m_buttons->addWidget(m_accept);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addWidget(label);
    column->addLayout(m_middle);
    column->addLayout(m_buttons);
    setMinimumWidth(460);
    connect(m_accept, &QPushButton::clicked, this, &QDialog::accept);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
}

void PromptDialog::addField(const QString& accessibleName, const QString& text)
{
    m_field = new QLineEdit(text);
    nameWidget(m_field, objectName() + u"Field"_s, accessibleName);
    m_field->setMaxLength(100);
    m_field->selectAll();
    m_middle->addWidget(m_field);
    m_field->setFocus();
    connect(m_field, &QLineEdit::textChanged, this,
            [this](const QString& typed) { m_accept->setEnabled(!typed.trimmed().isEmpty()); });
}

void PromptDialog::addText(const QString& accessibleName, const QString& text)
{
    auto* const view = new QPlainTextEdit;
    nameWidget(view, objectName() + u"Shown"_s, accessibleName);
    view->setReadOnly(true);
    view->setPlainText(text);
    view->setFixedHeight(view->fontMetrics().height() * 5);
    m_middle->addWidget(view);
}

void PromptDialog::addWarning(const QString& text)
{
    auto* const label =
        makeLabel(objectName() + u"Warning"_s + QString::number(m_warnings++), "warn", u"▲ "_s + text);
    label->setWordWrap(true);
    m_middle->addWidget(label);
}

void PromptDialog::addCopy(const QString& text)
{
    auto* const copy = new QPushButton(tr("Copy"));
    nameWidget(copy, objectName() + u"Copy"_s, tr("Copy"));
    m_buttons->insertWidget(0, copy);
    connect(copy, &QPushButton::clicked, this, [text] { QGuiApplication::clipboard()->setText(text); });
}

QString PromptDialog::field() const
{
    return m_field != nullptr ? m_field->text().trimmed() : QString();
}

void PromptDialog::setDangerous()
{
    m_accept->setDefault(false); // Return alone does not do it
    m_accept->setAutoDefault(false);
}

} // namespace gatehouse::ui
