// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/noticebar.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyle>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

NoticeBar::NoticeBar(const Theme& theme, const QString& objectName)
    : m_theme(theme)
    , m_icon(makeLabel(objectName + u"Icon"_s, ""))
    , m_text(new ElidedLabel)
    , m_copy(new QPushButton(tr("Copy details")))
{
    nameWidget(this, objectName, tr("Notice"));
    m_text->setObjectName(objectName + u"Text"_s);
    nameWidget(m_copy, objectName + u"Copy"_s, tr("Copy the details of the error"));
    m_icon->setAccessibleName(tr("Kind of notice"));
    m_copy->setProperty("kind", u"link"_s);
    auto* const layout = new QHBoxLayout(this);
    layout->setContentsMargins(metric::Space3, 2, metric::Space3, 2);
    layout->setSpacing(metric::Space2);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_copy);
    setFixedHeight(34);
    hide();
    connect(m_copy, &QPushButton::clicked, this, [this] {
        if (m_error)
            QGuiApplication::clipboard()->setText(fromText(m_error->details()));
    });
    connect(&theme, &Theme::changed, this, &NoticeBar::updateIcon);
}

void NoticeBar::show(Weight weight, const QString& text, const std::optional<Error>& error)
{
    m_weight = weight;
    m_error = error;
    m_text->setFullText(text);
    m_copy->setVisible(error.has_value());
    setProperty("notice", weight == Weight::Info      ? u"info"_s
                          : weight == Weight::Warning ? u"warn"_s
                                                      : u"bad"_s);
    style()->unpolish(this);
    style()->polish(this);
    updateIcon();
    setVisible(!text.isEmpty());
}

QString NoticeBar::text() const
{
    return m_text->fullText();
}

void NoticeBar::updateIcon()
{
    const Tokens& tokens = m_theme.tokens();
    const QColor color = m_weight == Weight::Info      ? tokens.accent
                         : m_weight == Weight::Warning ? tokens.warn
                                                       : tokens.bad;
    m_icon->setPixmap(m_theme.pixmap(m_weight == Weight::Info ? u"info"_s : u"warning"_s, color, 16));
}

} // namespace gatehouse::ui
