// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/result/resultpanel.h"

#include "ui/models/format.h"
#include "ui/models/resultmodel.h"
#include "ui/pages/query/querynotebook.h"
#include "ui/pages/query/result/facetpopup.h"
#include "ui/pages/query/result/gridview.h"
#include "ui/pages/query/result/resultchart.h"
#include "ui/pages/query/result/tableexport.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/segments.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t FewRows = 5000; ///< whose chart is planned in the GUI thread

/// A pointer to the first table that keeps the whole answer alive.
std::shared_ptr<const Table> tableOf(const QueryAnswerPtr& answer)
{
    return {answer, &answer->primary()};
}

} // namespace

void ResultPanel::show(const std::shared_ptr<const QueryState>& state)
{
    m_shown = state;
    showNotices();
    if (state->result && state->status.showsData()) {
        m_second.stop();
        showResult();
        m_stack->setCurrentWidget(m_content);
        return;
    }
    if (!state->result && m_inGrid) {
        m_inGrid.reset();
        m_grid->setTable(std::make_shared<const Table>()); // let go of what nobody sees
        Q_EMIT summaryChanged({});
    }
    showState();
    m_stack->setCurrentWidget(m_state);
}

void ResultPanel::showResult()
{
    if (m_shown->result == m_inGrid) {
        showCaption();
        return;
    }
    m_inGrid = m_shown->result;
    m_grid->setTable(tableOf(m_inGrid->answer));
    m_filter->clear();
    m_hideEmpty->setVisible(m_grid->hasEmptyColumns());
    showFilters();
    showCaption();
    planTheChart();
}

void ResultPanel::planTheChart()
{
    const QueryAnswerPtr answer = m_inGrid->answer;
    if (answer->render.empty() || answer->render == "null") {
        takePlan({});
        return;
    }
    if (m_inGrid->rows() <= FewRows) {
        takePlan(planChart(answer->primary(), answer->render));
        return;
    }
    takePlan({});
    QtConcurrent::run([answer] {
        return planChart(answer->primary(), answer->render);
    }).then(this, [this, answer](const ChartPlan& plan) {
        if (m_inGrid && m_inGrid->answer == answer)
            takePlan(plan);
    });
}

void ResultPanel::takePlan(const ChartPlan& plan)
{
    m_hasChart = plan.kind != ChartPlan::Kind::None;
    if (m_hasChart)
        m_chart->setPlan(plan);
    else if (!plan.note.isEmpty())
        Q_EMIT told(plan.note);
    showParts();
}

void ResultPanel::showParts()
{
    m_parts->setVisible(m_hasChart);
    const int part = m_parts->current(); // both, chart, rows
    m_chart->setVisible(m_hasChart && part != 2);
    m_grid->setVisible(!m_hasChart || part != 1);
}

void ResultPanel::showCaption()
{
    const QueryResult& result = *m_inGrid;
    const auto all = static_cast<std::int64_t>(result.rows());
    const auto kept = static_cast<std::int64_t>(m_grid->grid().rowCount());
    QStringList parts;
    parts.append(kept == all ? tr("%1 rows").arg(formatExact(all))
                             : tr("%1 of %2 rows").arg(formatExact(kept), formatExact(all)));
    parts.append(tr("%n columns", nullptr, m_grid->grid().columnCount()));
    parts.append(formatMilliseconds(static_cast<double>(result.took.count())));
    parts.append(tr("times in %1").arg(zoneName()));
    if (result.answer->tables.size() > 1)
        parts.append(tr("the first of %1 tables").arg(result.answer->tables.size()));
    if (m_grid->worker().busy())
        parts.append(tr("working…"));
    m_caption->setFullText(parts.join(u" · "_s));
    m_grid->setEmptyText(all == 0 ? QString() : tr("No row fits the filters"));
}

void ResultPanel::showNotices()
{
    for (NoticeBar* const bar : m_notices)
        bar->show(NoticeBar::Weight::Info, {});
    if (!m_shown->result || !m_shown->status.showsData())
        return;
    std::size_t used = 0;
    const auto say = [&](NoticeBar::Weight weight, const QString& text,
                         const std::optional<Error>& error = std::nullopt) {
        if (used < m_notices.size())
            m_notices[used++]->show(weight, text, error);
    };
    const QueryResult& result = *m_shown->result;
    if (m_shown->status.phase == Phase::Stale && m_shown->status.error)
        say(NoticeBar::Weight::Warning,
            tr("These rows are from %1, the last run did not work: %2")
                .arg(formatMoment(result.at, true), fromText(m_shown->status.error->message)),
            m_shown->status.error);
    if (result.truncated())
        say(NoticeBar::Weight::Warning,
            tr("Truncated: the service stopped at %1 rows. Narrow the time range, or summarize.")
                .arg(formatExact(static_cast<std::int64_t>(result.rows()))),
            result.answer->partial);
    else if (result.answer->partial)
        say(NoticeBar::Weight::Warning, tr("Partial: %1").arg(fromText(result.answer->partial->message)),
            result.answer->partial);
    if (result.overridesPicker)
        say(NoticeBar::Weight::Warning, tr("The query's own filter of TimeGenerated overrides the time range "
                                           "above, which is not applied."));
    if (m_shown->recalled) {
        const auto age =
            std::chrono::duration_cast<std::chrono::seconds>(m_context.clock().now() - result.at);
        say(NoticeBar::Weight::Info, tr("Recalled, not asked again: %1. F5 runs it.").arg(formatAge(age)));
    }
    if (result.answer->age.count() > 0)
        say(NoticeBar::Weight::Info,
            tr("From the service's cache, %1. F5 asks for a new answer.").arg(formatAge(result.answer->age)));
}

QString ResultPanel::elapsedText() const
{
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::seconds>(m_context.clock().now() - m_shown->askedAt);
    return tr("%1 so far. The service sends its rows at the end.").arg(formatSpan(elapsed));
}

StateView::Content ResultPanel::stateContent() const
{
    const PageStatus& status = m_shown->status;
    const Error error = status.error.value_or(Error{});
    StateView::Content content;
    switch (status.phase) {
    case Phase::Denied:
        content = StateView::forError(error, tr("You may not see this"));
        content.action = tr("Run again");
        return content;
    case Phase::Failed:
        content = StateView::forError(
            error, error.cancelled()                         ? tr("The query was stopped")
                   : error.kind == Error::Kind::Throttled    ? tr("Throttled: the service asks to wait")
                   : error.kind == Error::Kind::InvalidInput ? tr("The service does not accept the query")
                                                             : tr("The query did not work"));
        if (error.cancelled()) {
            content.text = tr("Press F5 to run it again.");
            content.error.reset();
        }
        if (error.kind == Error::Kind::Throttled && error.retryAfter)
            content.text +=
                u'\n' +
                tr("Try again in %1.")
                    .arg(formatSpan(std::chrono::duration_cast<std::chrono::seconds>(*error.retryAfter)));
        if (error.position)
            content.text +=
                u'\n' + tr("Line %1, column %2.").arg(error.position->line).arg(error.position->column);
        content.action = tr("Run again");
        return content;
    case Phase::Empty: {
        content.icon = m_shown->result ? u"inbox"_s : u"query"_s;
        content.title = m_shown->result ? tr("No rows") : tr("Nothing has been run yet");
        content.text = m_shown->result
                           ? tr("Nothing in this time range fits the query.")
                           : tr("Put the caret into a query and press F5, or choose one of the saved "
                                "queries.");
        const ShippedQuery* const shipped = shippedQueryOf(m_shown->asked);
        if (m_shown->result && shipped != nullptr)
            content.text += u'\n' + fromText(shipped->needs);
        return content;
    }
    default:
        content.title = tr("Running…");
        content.text = m_shown->asked.empty() ? QString() : elapsedText();
        content.progress = -1;
        content.action = tr("Cancel");
        return content;
    }
}

void ResultPanel::showState()
{
    m_state->setContent(stateContent());
    if (m_shown->status.refreshing)
        m_second.start();
    else
        m_second.stop();
}

QStringList ResultPanel::notices() const
{
    QStringList texts;
    for (const NoticeBar* const bar : m_notices) {
        if (!bar->text().isEmpty())
            texts.append(bar->text());
    }
    return texts;
}

void ResultPanel::exportTo(const QString& path)
{
    m_export->start(m_grid->cut(false), formatOfFile(path), path);
    m_exportBar->setVisible(m_export->running());
}

} // namespace gatehouse::ui
