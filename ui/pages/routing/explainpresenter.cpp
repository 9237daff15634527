// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/explainpresenter.h"

namespace gatehouse::ui {

namespace {} // namespace

std::vector<StoryLine> storyLines(const gateway::Explanation& story)
{
    using Kind = StoryLine::Kind;
    std::vector<StoryLine> lines;
    for (const gateway::ExplainedRule& rule : story.rules)
        lines.push_back({Kind::Rule, QString::fromStdString(rule.trace.rule),
                         QString::fromStdString(rule.trace.sentence), rule.certainty});
    lines.push_back({Kind::Route, QString::fromStdString(story.target),
                     QString::fromStdString(story.route.sentence), story.route.certainty});
    for (const gateway::ExplainedAttempt& attempt : story.attempts) {
        lines.push_back({Kind::Attempt, QString::fromStdString(attempt.backend),
                         QString::fromStdString(attempt.sentence), attempt.certainty});
        for (const gateway::ExplainedCandidate& one : attempt.candidates) {
            if (!one.taken)
                lines.push_back({Kind::Candidate, QString::fromStdString(one.backend),
                                 QString::fromStdString(one.sentence), one.certainty});
        }
    }
    lines.push_back({Kind::Result, QString::fromStdString(story.backend),
                     QString::fromStdString(story.result.sentence), story.result.certainty});
    for (const gateway::Claim& remark : story.remarks)
        lines.push_back({Kind::Remark, {}, QString::fromStdString(remark.sentence), remark.certainty});
    return lines;
}

ExplainPresenter::~ExplainPresenter()
{
    m_stop.request_stop();
}

void ExplainPresenter::setService(jobs::ExplainService* service)
{
    m_stop.request_stop();
    ++m_generation;
    m_service = service;
    m_state = {};
    Q_EMIT changed();
}

void ExplainPresenter::explain(const QString& id)
{
    const QString wanted = id.trimmed();
    if (m_service == nullptr || wanted.isEmpty())
        return;
    m_stop.request_stop();
    m_stop = std::stop_source();
    const quint64 generation = ++m_generation;
    m_state = {};
    m_state.id = wanted;
    m_state.loading = true;
    Q_EMIT changed();
    m_service->explain(wanted.toStdString(), m_stop.get_token())
        .then(this, [this, generation](const Result<jobs::ExplainService::ExplanationPtr>& story) {
            if (generation != m_generation)
                return;
            m_state.loading = false;
            if (story)
                m_state.story = *story;
            else if (!story.error().cancelled())
                m_state.error = story.error();
            Q_EMIT changed();
        });
}

void ExplainPresenter::cancel()
{
    m_stop.request_stop();
    ++m_generation;
    m_state.loading = false;
    Q_EMIT changed();
}

} // namespace gatehouse::ui
