// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/fragmentpanel.h"

#include "ui/models/format.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtGui/QClipboard>
#include <QtGui/QFontDatabase>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QString includeLine()
{
    return u"<include-fragment fragment-id=\"%1\" />"_s.arg(QString::fromUtf8(
        gateway::RoutingFragmentId.data(), static_cast<qsizetype>(gateway::RoutingFragmentId.size())));
}

} // namespace

FragmentPanel::FragmentPanel()
    : m_where(makeLabel(u"fragmentWhere"_s, "caption"))
    , m_include(new ElidedLabel)
    , m_text(new QPlainTextEdit)
    , m_copy(new QPushButton(tr("Copy the fragment")))
    , m_copyInclude(new QPushButton(tr("Copy the line")))
{
    nameWidget(this, u"fragmentPanel"_s, tr("Policy fragment"));
    nameWidget(m_text, u"fragmentText"_s, tr("The policy fragment as XML"));
    nameWidget(m_copy, u"fragmentCopy"_s, tr("Copy the fragment"));
    nameWidget(m_copyInclude, u"fragmentCopyInclude"_s, tr("Copy the line that includes the fragment"));
    nameWidget(m_include, u"fragmentInclude"_s, tr("The line that includes the fragment"));
    m_include->setFullText(includeLine());
    m_text->setReadOnly(true);
    m_text->setProperty("kind", u"code"_s);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    m_text->setFont(fixed);
    m_include->setFont(fixed);
    m_where->setWordWrap(true);
    auto* const line = new QHBoxLayout;
    line->setSpacing(metric::Space2);
    line->addWidget(m_include, 1);
    line->addWidget(m_copyInclude);
    line->addWidget(m_copy);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    column->setSpacing(metric::Space2);
    column->addWidget(m_where);
    column->addLayout(line);
    column->addWidget(m_text, 1);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(m_copyInclude, &QPushButton::clicked, this,
            [] { QGuiApplication::clipboard()->setText(includeLine()); });
}

void FragmentPanel::setState(const RoutingState& state)
{
    const QString text = state.xml.empty() ? tr("The draft cannot be written as a fragment yet.")
                                           : fromText(state.xml).replace(u"\r\n"_s, u"\n"_s);
    if (m_text->toPlainText() != text)
        m_text->setPlainText(text);
    m_copy->setEnabled(!state.xml.empty());
    if (!state.view)
        return;
    const jobs::RoutingPolicy* const policy = state.view->including();
    m_where->setText(
        policy != nullptr
            ? tr("The policy of “%1” includes the fragment, so its rules are obeyed from the next request "
                 "on.")
                  .arg(fromText(policy->name))
            : tr("No policy includes the fragment yet. Put this line into the inbound section of the API's "
                 "policy, behind its set-backend-service:"));
}

} // namespace gatehouse::ui
