// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/stateview.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int TextWidth = 480;

} // namespace

StateView::StateView(const Theme& theme, const QString& objectName, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_icon(makeLabel(objectName + u"Icon"_s, ""))
    , m_title(makeLabel(objectName + u"Title"_s, "heading"))
    , m_text(makeLabel(objectName + u"Text"_s, "muted"))
    , m_progress(new QProgressBar)
    , m_action(new QPushButton)
    , m_second(new QPushButton)
    , m_copy(new QPushButton(tr("Copy details")))
{
    nameWidget(this, objectName, tr("State of the page"));
    nameWidget(m_progress, objectName + u"Progress"_s, tr("Progress"));
    nameWidget(m_action, objectName + u"Action"_s, tr("Action"));
    nameWidget(m_second, objectName + u"SecondAction"_s, tr("Other action"));
    nameWidget(m_copy, objectName + u"Copy"_s, tr("Copy the details of the error"));
    m_action->setProperty("kind", u"primary"_s);
    m_icon->setAlignment(Qt::AlignCenter);
    m_icon->setAccessibleName(tr("Picture of the state"));
    m_title->setAlignment(Qt::AlignCenter);
    m_title->setWordWrap(true);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(280, 4);

    auto* const buttons = new QHBoxLayout;
    buttons->setSpacing(metric::Space2);
    buttons->addStretch();
    buttons->addWidget(m_action);
    buttons->addWidget(m_second);
    buttons->addWidget(m_copy);
    buttons->addStretch();
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space6, metric::Space6, metric::Space6, metric::Space6);
    column->setSpacing(metric::Space3);
    column->addStretch(2);
    column->addWidget(m_icon);
    // A label that wraps has no height of its own until its width is known (setContent gives it one).
    for (QLabel* const label : {m_title, m_text}) {
        label->setFixedWidth(TextWidth);
        column->addWidget(label, 0, Qt::AlignHCenter);
    }
    column->addWidget(m_progress, 0, Qt::AlignHCenter);
    column->addSpacing(metric::Space1);
    column->addLayout(buttons);
    column->addStretch(3);

    connect(m_action, &QPushButton::clicked, this, &StateView::actionRequested);
    connect(m_second, &QPushButton::clicked, this, &StateView::secondActionRequested);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        if (m_content.error)
            QGuiApplication::clipboard()->setText(fromText(m_content.error->details()));
    });
    connect(&theme, &Theme::changed, this, &StateView::updateIcon);
    setContent({});
}

StateView::Content StateView::forError(const Error& error, const QString& title)
{
    Content content;
    content.icon = error.kind == Error::Kind::Denied ? u"lock"_s
                   : error.kind == Error::Kind::Network || error.kind == Error::Kind::Unavailable ||
                           error.kind == Error::Kind::Timeout
                       ? u"offline"_s
                       : u"warning"_s;
    content.title = title;
    content.text = fromText(error.message);
    if (!error.advice.empty())
        content.text += u'\n' + fromText(error.advice);
    content.error = error;
    return content;
}

void StateView::setContent(const Content& content)
{
    m_content = content;
    m_title->setText(content.title);
    m_text->setText(content.text);
    m_text->setVisible(!content.text.isEmpty());
    for (QLabel* const label : {m_title, m_text}) {
        label->ensurePolished();
        label->setMinimumHeight(std::max(0, label->heightForWidth(TextWidth))); // -1 without text
    }
    m_progress->setVisible(content.progress.has_value());
    if (content.progress && *content.progress >= 0) {
        m_progress->setRange(0, 1000);
        m_progress->setValue(static_cast<int>(*content.progress * 1000));
    } else {
        m_progress->setRange(0, 0);
    }
    m_action->setText(content.action);
    m_action->setVisible(!content.action.isEmpty());
    m_second->setText(content.secondAction);
    m_second->setVisible(!content.secondAction.isEmpty());
    m_copy->setVisible(content.error.has_value());
    setAccessibleDescription(content.title + u". "_s + content.text);
    updateIcon();
}

void StateView::updateIcon()
{
    m_icon->setVisible(!m_content.icon.isEmpty());
    if (m_content.icon.isEmpty())
        return;
    const Tokens& tokens = m_theme.tokens();
    const QColor color = m_content.error ? tokens.bad : tokens.faint;
    m_icon->setPixmap(m_theme.pixmap(m_content.icon, color, 40));
}

} // namespace gatehouse::ui
