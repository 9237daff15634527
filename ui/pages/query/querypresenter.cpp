// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/querypresenter.h"

#include <algorithm>

namespace gatehouse::ui {

namespace {

constexpr std::size_t MostKept = 12;
constexpr std::size_t MostKeptBytes = 256U << 20U;
constexpr std::size_t RowLimit = 500'000; // contracts §2.4

std::size_t bytesOf(const QueryResult& result)
{
    std::size_t bytes = 0;
    for (const Table& table : result.answer->tables)
        bytes += table.memoryBytes();
    return bytes;
}

} // namespace

bool QueryResult::truncated() const
{
    return answer->partial && (answer->primary().rowCount() >= RowLimit ||
                               answer->partial->message.find("TOO_LARGE") != std::string::npos);
}

QueryPresenter::QueryPresenter(ViewContext& context, QueryNotebook& notebook, const QueryLanguage& language)
    : PagePresenter(context)
    , m_notebook(notebook)
    , m_language(language)
    , m_schema(std::make_shared<const kql::language::Schema>())
{}

void QueryPresenter::run(const std::string& kql)
{
    m_fresh = m_result && !m_recalled && m_result->kql == kql;
    if (m_kql != kql || m_recalled)
        m_result.reset(); // another query: the old rows would be wrong below the new text
    m_recalled = false;
    m_kql = kql;
    m_pending = true;
    refresh();
}

bool QueryPresenter::recall(const std::string& kql)
{
    const auto same = std::find_if(m_kept.begin(), m_kept.end(),
                                   [&](const QueryResultPtr& kept) { return kept->kql == kql; });
    const QueryResultPtr found = same != m_kept.end() ? *same : m_kept.empty() ? nullptr : m_kept.front();
    if (!found)
        return false;
    cancel();
    m_result = found;
    m_kql = found->kql;
    m_pending = false;
    m_recalled = true;
    m_askedRange = rangeChoice();
    settleData(found->rows() == 0, found->answer->partial.has_value(), {}, found->at);
    return true;
}

std::shared_ptr<const QueryState> QueryPresenter::state() const
{
    return std::make_shared<const QueryState>(QueryState{status(), m_result, m_recalled, m_kql, m_askedAt});
}

std::vector<std::string> QueryPresenter::queries() const
{
    return m_result ? std::vector{m_result->kql} : std::vector<std::string>();
}

std::optional<TimeRange> QueryPresenter::shownRange() const
{
    return m_result ? std::optional(m_result->range) : std::nullopt;
}

QueryPresenter::RangeChoice QueryPresenter::rangeChoice() const
{
    const std::optional<Ticks> relative = context().relative();
    return {relative, relative ? TimeRange{} : context().range()};
}

bool QueryPresenter::wantsAnswer() const
{
    if (m_kql.empty() || !(m_pending || m_result || status().refreshing))
        return false;
    return m_pending || rangeChoice() != m_askedRange;
}

void QueryPresenter::load(const jobs::Services& services, std::stop_token stop, quint64 generation)
{
    askSchema(services);
    if (m_kql.empty()) {
        settleData(true, false, {});
        return;
    }
    m_pending = false;
    m_askedAt = context().clock().now();
    m_askedRange = rangeChoice();
    QueryResult asked;
    asked.kql = m_kql;
    asked.range = context().range();
    asked.overridesPicker = m_language.filtersTime(m_kql);
    jobs::Ask ask;
    ask.kql = m_kql;
    ask.fresh = std::exchange(m_fresh, false);
    ask.render = true;
    if (!asked.overridesPicker)
        ask.timespan = asked.range;
    services.workspace->ask(ask, std::move(stop))
        .then(this, [this, generation, asked](const Result<QueryAnswerPtr>& answer) {
            if (isCurrent(generation))
                take(asked, answer);
        });
}

void QueryPresenter::take(const QueryResult& asked, const Result<QueryAnswerPtr>& answer)
{
    const std::int64_t rows =
        answer ? static_cast<std::int64_t>((*answer)->primary().rowCount()) : std::int64_t{-1};
    m_notebook.change([&](settings::QueryMemory& memory) {
        memory.add({asked.kql, m_askedAt, m_profile, rows});
    });
    if (!answer) {
        settleError(answer.error());
        return;
    }
    QueryResult result = asked;
    result.answer = *answer;
    result.at = context().clock().now();
    result.took = std::chrono::duration_cast<std::chrono::milliseconds>(result.at - m_askedAt);
    m_result = std::make_shared<const QueryResult>(std::move(result));
    m_recalled = false;
    keep(m_result);
    settleData(m_result->rows() == 0, m_result->answer->partial.has_value(), {});
}

void QueryPresenter::keep(const QueryResultPtr& result)
{
    std::erase_if(m_kept, [&](const QueryResultPtr& kept) { return kept->kql == result->kql; });
    m_kept.push_front(result);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < m_kept.size(); ++i) {
        bytes += bytesOf(*m_kept[i]);
        if (i > 0 && (i >= MostKept || bytes > MostKeptBytes)) {
            m_kept.resize(i);
            break;
        }
    }
}

void QueryPresenter::drop()
{
    m_result.reset();
    m_recalled = false;
    m_kept.clear(); // another workspace, or somebody who may not see it
    if (services() == nullptr) {
        m_schemaStop.request_stop();
        m_schema = std::make_shared<const kql::language::Schema>();
        Q_EMIT schemaChanged();
    }
    if (!m_pending && status().phase == Phase::Waiting)
        m_kql.clear();
}

void QueryPresenter::askSchema(const jobs::Services& services)
{
    if (services.schema == nullptr || !m_schema->tables.empty())
        return;
    m_schemaStop.request_stop();
    m_schemaStop = std::stop_source();
    const std::stop_token stop = m_schemaStop.get_token();
    services.schema->schema(stop).then(this, [this, stop](const Result<SchemaPtr>& schema) {
        if (stop.stop_requested() || !schema)
            return; // without a schema the editor knows operators and functions
        m_schema = *schema;
        Q_EMIT schemaChanged();
    });
}

} // namespace gatehouse::ui
