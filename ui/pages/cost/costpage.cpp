// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/costpage.h"

#include "ui/models/format.h"
#include "ui/pages/cost/costchips.h"
#include "ui/pages/cost/costperiodbutton.h"
#include "ui/pages/cost/spendpanel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/deck.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segments.h"
#include "ui/widgets/stateview.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

CostPage::CostPage(Theme& theme, CostPresenter& presenter)
    : Page(theme, presenter, u"cost"_s, tr("Cost"))
    , m_presenter(presenter)
    , m_choiceRow(new QHBoxLayout)
    , m_views(new Deck)
    , m_spend(new SpendPanel(theme, presenter))
    , m_readingText(new ElidedLabel)
    , m_readingBar(new QProgressBar)
    , m_reading(buildReading())
    , m_firstReading(new StateView(theme, u"costFirstReading"_s))
{
    addHead(buildHead(theme));
    Page::addView(m_firstReading);
    content().setLayout(m_views);
    m_views->setContentsMargins(0, 0, 0, 0);
    addView(u"spend"_s, tr("Spend"), m_spend);
    connect(m_firstReading, &StateView::actionRequested, &presenter, &CostPresenter::stopReading);
    connect(m_spend, &SpendPanel::summaryChanged, this, &Page::summaryChanged);
    connect(m_spend, &SpendPanel::told, this, &Page::told);
    connect(m_spend, &SpendPanel::explainRequested, this, &Page::explainRequested);
    connect(m_spend, &SpendPanel::serviceDirectoryRequested, this, &CostPage::serviceDirectoryRequested);
    connect(m_spend, &SpendPanel::priceBookRequested, this, [this] { showView(u"prices"_s); });
    connect(m_spend, &SpendPanel::priceRequested, this, [this](const QString& model) {
        showView(u"prices"_s);
        Q_EMIT priceRequested(model);
    });
    connect(&presenter, &PagePresenter::changed, this, &CostPage::showState);
    showState();
}

QWidget* CostPage::buildHead(Theme& theme)
{
    auto* const head = new QWidget;
    nameWidget(head, u"costHead"_s, tr("Views, period and filters"));
    m_period = new CostPeriodButton(theme, m_presenter);
    m_choiceRow->addStretch(1);
    m_choiceRow->addWidget(m_period);
    auto* const column = new QVBoxLayout(head);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space2);
    column->addLayout(m_choiceRow);
    column->addWidget(new CostChips(theme, m_presenter));
    column->addWidget(m_reading);
    return head;
}

QFrame* CostPage::buildReading()
{
    auto* const frame = new QFrame;
    frame->setProperty("notice", u"info"_s);
    nameWidget(frame, u"costReadingBar"_s, tr("Reading the log"));
    m_readingText->setObjectName(u"costReadingText"_s);
    nameWidget(m_readingBar, u"costReadingProgress"_s, tr("Days that are read"));
    m_readingBar->setTextVisible(false);
    m_readingBar->setFixedWidth(240);
    auto* const stop = new QPushButton(tr("Cancel"));
    stop->setProperty("kind", u"quiet"_s);
    nameWidget(stop, u"costReadingCancel"_s, tr("Stop reading the log"));
    auto* const row = new QHBoxLayout(frame);
    row->setContentsMargins(metric::Space3, metric::Space1, metric::Space2, metric::Space1);
    row->setSpacing(metric::Space3);
    row->addWidget(m_readingText, 1);
    row->addWidget(m_readingBar);
    row->addWidget(stop);
    frame->hide();
    connect(stop, &QPushButton::clicked, &m_presenter, &CostPresenter::stopReading);
    return frame;
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
    connect(m_choice, &Segments::chosen, this, qOverload<int>(&CostPage::showView));
    showView(m_views->currentIndex());
}

void CostPage::showView(int index)
{
    m_views->setCurrentIndex(index);
    m_choice->setCurrent(index);
    showState();
}

void CostPage::showView(const QString& id)
{
    if (const qsizetype index = m_ids.indexOf(id); index >= 0)
        showView(static_cast<int>(index));
}

void CostPage::showExampleView(const QString& id)
{
    showView(id);
    Q_EMIT exampleShown();
}

void CostPage::openView(const QString& id)
{
    Q_EMIT pageRequested();
    showView(id);
}

bool CostPage::working() const
{
    const int index = m_views->currentIndex();
    return index >= 0 && m_working[static_cast<std::size_t>(index)]();
}

QWidget* CostPage::filterField()
{
    return m_views->currentWidget() == m_spend ? &m_spend->filterField() : nullptr;
}

bool CostPage::stopWork()
{
    const std::shared_ptr<const CostState> state = m_presenter.state();
    if (!state->chips.empty())
        m_presenter.toggleFilter(state->chips.back().filter);
    else if (state->period == CostPeriod::Custom)
        m_presenter.leaveRange();
    else
        return false;
    return true;
}

std::vector<Command> CostPage::commands()
{
    std::vector<Command> all;
    for (int i = 0; i < m_titles.size(); ++i)
        all.push_back({tr("Cost"), m_titles[i], {}, [this, i] {
                           Q_EMIT pageRequested();
                           showView(i);
                       }});
    all.push_back({tr("Cost"), tr("Days of one's own…"), {}, [this] {
                       Q_EMIT pageRequested();
                       m_period->chooseDays();
                   }});
    if (m_presenter.state()->view)
        all.push_back({tr("Cost"), tr("What is missing in the figures"), {}, [this] {
                           Q_EMIT pageRequested();
                           m_spend->openCompleteness();
                       }});
    return all;
}

std::vector<std::pair<QString, QString>> CostPage::keys() const
{
    return {{u"Ctrl Return"_s, tr("Show the calls of the row")},
            {u"Alt Return"_s, tr("Do what the row's button does")}};
}

void CostPage::describeEmpty(QString& title, QString& text) const
{
    title = tr("Nothing was spent in this period");
    text = tr("Each request through the gateway is priced when its row is in the workspace. Choose a longer "
              "period.");
}

void CostPage::showState()
{
    const std::shared_ptr<const CostState> state = m_presenter.state();
    PageStatus status = state->status;
    // Budgets and prices are there before anything is spent.
    if (status.phase == Phase::Empty && m_views->currentWidget() != m_spend)
        status.phase = Phase::Data;
    showReading(*state);
    showStatus(status);
}

void CostPage::showReading(const CostState& state)
{
    const bool instead = state.progress && state.status.phase == Phase::Loading;
    const bool above = state.progress && !instead && state.status.refreshing;
    m_reading->setVisible(above);
    if (state.progress) {
        const jobs::CostProgress& progress = *state.progress;
        QString text = fromText(progress.text);
        if (progress.total > 0)
            text += u" · "_s + tr("%1 of %2 days").arg(progress.done).arg(progress.total);
        m_readingText->setFullText(text);
        m_readingBar->setRange(0, progress.total);
        m_readingBar->setValue(progress.done);
        StateView::Content content;
        content.icon = u"cost"_s;
        content.title = tr("Reading the log");
        content.text = text + u'\n' + tr("This is done once; later only what is new is read.");
        content.progress = progress.total > 0 ? static_cast<double>(progress.done) / progress.total : -1;
        content.action = tr("Cancel");
        m_firstReading->setContent(content);
    }
    showInstead(instead ? m_firstReading : nullptr);
}

} // namespace gatehouse::ui
