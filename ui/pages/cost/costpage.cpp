// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/costpage.h"

#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segments.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

CostPage::CostPage(Theme& theme, CostPresenter& presenter)
    : Page(theme, presenter, u"cost"_s, tr("Cost"))
    , m_presenter(presenter)
    , m_choiceRow(new QHBoxLayout)
    , m_views(new QStackedLayout)
{
    auto* const column = new QVBoxLayout(&content());
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    m_choiceRow->addStretch(1);
    column->addLayout(m_choiceRow);
    column->addLayout(m_views, 1);
    connect(&presenter, &PagePresenter::changed, this, &CostPage::showState);
    showState();
}

void CostPage::addView(const QString& id, const QString& title, QWidget* view)
{
    addView(id, title, view, [] { return false; });
}

void CostPage::addView(const QString& id, const QString& title, QWidget* view,
                       std::function<bool()> isWorking)
{
    m_working.push_back(std::move(isWorking));
    m_ids.append(id);
    m_titles.append(title);
    m_views->addWidget(view);
    delete m_choice;
    m_choice = new Segments(u"costViews"_s, tr("Views of cost"), m_titles);
    m_choiceRow->insertWidget(0, m_choice);
    connect(m_choice, &Segments::chosen, this, &CostPage::showView);
    showView(m_views->currentIndex());
}

void CostPage::showView(int index)
{
    m_views->setCurrentIndex(index);
    m_choice->setCurrent(index);
}

void CostPage::showExampleView(const QString& id)
{
    showView(static_cast<int>(m_ids.indexOf(id)));
    Q_EMIT exampleShown();
}

void CostPage::openView(const QString& id)
{
    Q_EMIT pageRequested();
    showView(static_cast<int>(m_ids.indexOf(id)));
}

bool CostPage::working() const
{
    const int index = m_views->currentIndex();
    return index >= 0 && m_working[static_cast<std::size_t>(index)]();
}

std::vector<Command> CostPage::commands()
{
    std::vector<Command> all;
    for (int i = 0; i < m_titles.size(); ++i)
        all.push_back({tr("Cost"), m_titles[i], {}, [this, i] {
                           Q_EMIT pageRequested();
                           showView(i);
                       }});
    return all;
}

void CostPage::describeEmpty(QString& title, QString& text) const
{
    title = tr("Nothing was spent in this period");
    text = tr("Each request through the gateway is priced when its row is in the workspace. Choose a longer "
              "period.");
}

void CostPage::showState()
{
    showStatus(m_presenter.status());
}

} // namespace gatehouse::ui
