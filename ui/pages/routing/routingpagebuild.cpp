// SPDX-License-Identifier: GPL-3.0-or-later
// How the Routing page is put together; what it does is in routingpage.cpp.
#include "ui/models/recordmodel.h"
#include "ui/pages/routing/findingdelegate.h"
#include "ui/pages/routing/fragmentpanel.h"
#include "ui/pages/routing/hypotheticalpanel.h"
#include "ui/pages/routing/poolview.h"
#include "ui/pages/routing/routingpage.h"
#include "ui/pages/routing/ruleform.h"
#include "ui/pages/routing/rulespanel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/deck.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segments.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

QWidget* RoutingPage::buildRules()
{
    auto* const view = new QWidget;
    nameWidget(view, u"routingRules"_s, tr("Pools and rules"));
    auto* const lower = new QHBoxLayout;
    lower->setSpacing(metric::Space3);
    QFrame* const detail = buildDetail();
    // What does not fit scrolls or is elided: the page must not make the window larger than 1280×720.
    m_rules->setMinimumSize(330, 220);
    detail->setMinimumSize(380, 220);
    lower->addWidget(m_rules, 5);
    lower->addWidget(detail, 6);
    auto* const column = new QVBoxLayout(view);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(buildPools());
    column->addLayout(lower, 1);
    return view;
}

QFrame* RoutingPage::buildPools()
{
    nameWidget(m_pools, u"poolView"_s, tr("Pools and endpoints"));
    nameWidget(m_drain, u"poolDrain"_s, tr("Drain or restore the endpoint"));
    nameWidget(m_breaker, u"poolBreaker"_s, tr("Edit the circuit breaker of the endpoint"));
    nameWidget(m_members, u"poolMembers"_s, tr("Edit the members of the pool"));
    QFrame* const panel = makePanel(u"poolPanel"_s, tr("Pools and endpoints"));
    auto* const heading = new QHBoxLayout;
    heading->setSpacing(metric::Space2);
    heading->addWidget(makeLabel(u"poolTitle"_s, "strong", tr("Pools and endpoints")));
    heading->addStretch(1);
    heading->addWidget(m_drain);
    heading->addWidget(m_breaker);
    heading->addWidget(m_members);
    m_poolScroll = new QScrollArea;
    nameWidget(m_poolScroll, u"poolScroll"_s, tr("Pools and endpoints"));
    m_poolScroll->setWidget(m_pools);
    m_poolScroll->setWidgetResizable(true);
    m_poolScroll->setFrameShape(QFrame::NoFrame);
    m_poolScroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_poolScroll->viewport()->setAutoFillBackground(false);
    m_pools->setAutoFillBackground(false);
    auto* const column = new QVBoxLayout(panel);
    column->setContentsMargins(metric::Space4, metric::Space2, metric::Space3, metric::Space2);
    column->setSpacing(0);
    column->addLayout(heading);
    column->addWidget(m_poolScroll);
    return panel;
}

QWidget* RoutingPage::buildForm()
{
    auto* const none = new QWidget;
    nameWidget(none, u"ruleNone"_s, tr("No rule is selected"));
    auto* const noneColumn = new QVBoxLayout(none);
    noneColumn->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    noneColumn->setSpacing(metric::Space2);
    noneColumn->addWidget(makeLabel(u"ruleNoneTitle"_s, "strong", tr("How rules work")));
    QLabel* const how = makeLabel(
        u"ruleNoneText"_s, "muted",
        tr("A rule looks at what a request says of itself: task type, sensitivity, geography, environment, "
           "application, model and how much of its budget is used. The first rule whose conditions all hold "
           "decides to which pool the request goes, and whether a cheaper model answers it.\n\n"
           "Rules are a policy fragment of your gateway. What you draft here is checked as you type, and "
           "written only after you have reviewed it."));
    how->setWordWrap(true);
    noneColumn->addWidget(how);
    noneColumn->addStretch(1);
    auto* const scroll = new QScrollArea;
    nameWidget(scroll, u"ruleScroll"_s, tr("Rule"));
    scroll->setWidget(m_form);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    m_form->setAutoFillBackground(false);
    auto* const rule = new QWidget;
    nameWidget(rule, u"ruleDetail"_s, tr("Rule"));
    m_formStack = new Deck(rule);
    m_formStack->addWidget(none);
    m_formStack->addWidget(scroll);
    return rule;
}

QWidget* RoutingPage::buildFindings()
{
    nameWidget(m_findings, u"findingList"_s, tr("Findings"));
    m_findings->setModel(m_findingModel);
    m_findings->setModelColumn(1);
    m_findings->setItemDelegate(new FindingDelegate(m_theme, m_findings));
    m_findings->setMouseTracking(true);
    m_findings->setResizeMode(QListView::Adjust);
    m_findings->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_findings->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_noFindings->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, 0);
    auto* const findings = new QWidget;
    nameWidget(findings, u"findingDetail"_s, tr("Findings"));
    auto* const column = new QVBoxLayout(findings);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_noFindings);
    column->addWidget(m_findings, 1);
    return findings;
}

QFrame* RoutingPage::buildDetail()
{
    QFrame* const panel = makePanel(u"routingDetailPanel"_s, tr("Beside the rules"));
    m_detail = new Deck;
    m_detail->addWidget(buildForm());
    m_detail->addWidget(buildFindings());
    m_detail->addWidget(m_hypothetical);
    m_detail->addWidget(m_fragment);
    auto* const heading = new QHBoxLayout;
    heading->setContentsMargins(metric::Space4, metric::Space2, metric::Space4, metric::Space2);
    heading->setSpacing(metric::Space3);
    heading->addWidget(m_detailChoice);
    heading->addStretch(1);
    heading->addWidget(m_findingCount);
    auto* const column = new QVBoxLayout(panel);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    column->addLayout(heading);
    column->addLayout(m_detail, 1);
    return panel;
}

} // namespace gatehouse::ui
