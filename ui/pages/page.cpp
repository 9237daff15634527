// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/page.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/deck.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"

#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

Page::Page(const Theme& theme, PagePresenter& presenter, const QString& id, const QString& title)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_id(id)
    , m_title(title)
    , m_content(new QWidget)
    , m_notice(new NoticeBar(theme, id + u"Notice"_s))
    , m_state(new StateView(theme, id + u"State"_s))
    , m_stack(new Deck)
{
    nameWidget(this, id + u"Page"_s, title);
    nameWidget(m_content, id + u"Content"_s, title);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addWidget(m_notice);
    column->addLayout(m_stack, 1);
    m_stack->addWidget(m_content);
    m_stack->addWidget(m_state);
    connect(m_state, &StateView::actionRequested, this, [this] {
        if (m_presenter.status().phase == Phase::Empty) {
            if (m_presenter.context().chips().empty())
                m_presenter.context().setRelative(std::chrono::hours(720));
            else
                m_presenter.context().clearFilters();
        } else {
            m_presenter.refresh();
        }
    });
}

void Page::addHead(QWidget* widget)
{
    qobject_cast<QVBoxLayout*>(layout())->insertWidget(0, widget);
}

void Page::addView(QWidget* widget)
{
    m_stack->addWidget(widget);
}

void Page::showInstead(QWidget* widget)
{
    m_instead = widget;
    showStatus(m_presenter.status());
}

void Page::showStatus(const PageStatus& status)
{
    m_notice->show(NoticeBar::Weight::Info, {});
    if (m_instead != nullptr) {
        m_stack->setCurrentWidget(m_instead);
        return;
    }
    if (status.phase == Phase::Partial) {
        m_notice->show(NoticeBar::Weight::Warning, tr("Not all rows are here: %1").arg(status.notice));
    } else if (status.phase == Phase::Stale && status.error) {
        m_notice->show(NoticeBar::Weight::Warning,
                       tr("These figures are from %1, the last refresh did not work: %2")
                           .arg(formatMoment(status.loadedAt, true), fromText(status.error->message)),
                       status.error);
    }
    if (status.showsData()) {
        m_stack->setCurrentWidget(m_content);
        return;
    }
    StateView::Content content;
    switch (status.phase) {
    case Phase::Denied:
        content = StateView::forError(status.error.value_or(Error{}), tr("You may not see this"));
        content.action = tr("Try again");
        break;
    case Phase::Failed:
        content =
            StateView::forError(status.error.value_or(Error{}), tr("%1 could not be loaded").arg(m_title));
        content.action = tr("Try again");
        break;
    case Phase::Empty:
        content.icon = u"inbox"_s;
        describeEmpty(content.title, content.text);
        if (dependsOnRange())
            content.action = m_presenter.context().chips().empty() ? tr("Show the last 30 days")
                                                                   : tr("Remove the filters");
        break;
    default:
        content.title = tr("Loading %1…").arg(m_title);
        content.progress = -1;
        break;
    }
    m_state->setContent(content);
    m_stack->setCurrentWidget(m_state);
}

} // namespace gatehouse::ui
