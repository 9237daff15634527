// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/comparepresenter.h"

#include "core/jobs/routing.h"
#include "ui/pages/ask/askpresenter.h"

#include <QtCore/QHash>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QStringList wordsOf(const QString& text)
{
    QStringList words;
    QString word;
    for (const QChar c : text) {
        if (c.isLetterOrNumber()) {
            word += c.toCaseFolded();
        } else if (!word.isEmpty()) {
            words.append(word);
            word.clear();
        }
    }
    if (!word.isEmpty())
        words.append(word);
    return words;
}

Status refuse(const QString& message, const QString& advice)
{
    return fail(Error::Kind::InvalidInput, message.toStdString(), advice.toStdString());
}

} // namespace

double shareOfWords(const QString& text, const QString& other)
{
    const QStringList own = wordsOf(text);
    QHash<QString, int> rest;
    for (const QString& word : wordsOf(other))
        ++rest[word];
    if (own.isEmpty())
        return rest.isEmpty() ? 1.0 : 0.0;
    int shared = 0;
    for (const QString& word : own) {
        const auto found = rest.find(word);
        if (found != rest.end() && *found > 0) {
            --*found;
            ++shared;
        }
    }
    return static_cast<double>(shared) / static_cast<double>(own.size());
}

ComparePresenter::ComparePresenter(ViewContext& context, const AnswerBounds& bounds)
    : m_context(context)
    , m_bounds(bounds)
    , m_targets{{tr("As the service chooses"), {}, {}, {}}}
{}

ComparePresenter::~ComparePresenter()
{
    m_stop.request_stop();
}

void ComparePresenter::setServices(const jobs::Services* services)
{
    m_stop.request_stop();
    m_services = services;
    m_runs.clear();
    m_columns.clear();
    m_service = services != nullptr ? services->ask : nullptr;
    m_targets.resize(1);
    Q_EMIT started();
    Q_EMIT targetsChanged();
}

void ComparePresenter::loadTargets()
{
    if (m_services == nullptr || m_services->routing == nullptr || m_targets.size() > 1)
        return;
    m_stop.request_stop();
    m_stop = std::stop_source();
    const std::stop_token stop = m_stop.get_token();
    m_services->routing->view(m_context.range(), stop)
        .then(this, [this, stop](const Result<std::shared_ptr<const jobs::RoutingView>>& view) {
            if (stop.stop_requested() || !view)
                return; // a deployment can be typed all the same
            m_targets.resize(1);
            for (const gateway::Backend& backend : (*view)->backends)
                m_targets.push_back({tr("Endpoint %1").arg(QString::fromStdString(backend.name).left(80)),
                                     {},
                                     TestTask + backend.name,
                                     backend.name});
            Q_EMIT targetsChanged();
        });
}

CompareTarget ComparePresenter::targetOf(const QString& text) const
{
    const QString typed = text.trimmed();
    for (const CompareTarget& target : m_targets) {
        if (typed == target.label || (!target.backend.empty() && typed.toStdString() == target.backend))
            return target;
    }
    return typed.isEmpty()
               ? m_targets.front()
               : CompareTarget{tr("Deployment %1").arg(typed.left(80)), typed.toStdString(), {}, {}};
}

Status ComparePresenter::compare(const QString& question, const std::vector<CompareTarget>& targets)
{
    const QString text = question.trimmed();
    if (m_service == nullptr)
        return fail(Error::Kind::Unavailable, tr("There is nobody to ask.").toStdString(),
                    tr("Sign in to a profile that names a document service.").toStdString());
    if (text.isEmpty())
        return refuse(tr("There is no question."), tr("Type one."));
    if (text.size() > AskPresenter::MaxQuestion)
        return refuse(tr("The question is too long."), tr("Shorten it."));
    if (targets.size() < 2 || targets.size() > MostColumns)
        return refuse(tr("Two or three targets can be compared."), tr("Choose them above the answers."));
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (std::find(targets.begin() + static_cast<std::ptrdiff_t>(i) + 1, targets.end(), targets[i]) !=
            targets.end())
            return refuse(tr("The same target is there twice."), tr("Choose another one."));
    }
    m_runs.clear(); // the latest comparison wins
    m_columns.clear();
    m_question = text;
    for (const CompareTarget& target : targets) {
        rag::Question asked;
        asked.text = text.toStdString();
        asked.deployment = target.deployment;
        asked.task = target.task;
        asked.feature = rag::SmokeFeature;
        const std::size_t column = m_columns.size();
        m_runs.push_back(std::make_unique<AnswerRun>(*m_service, asked, m_context.clock().now(), m_bounds));
        AnswerRun* const run = m_runs.back().get();
        m_columns.push_back({target, run->turn(), true, {}});
        connect(run, &AnswerRun::grounded, this, [this, column, run] {
            m_columns[column].turn = run->turn();
            Q_EMIT changed();
        });
        connect(run, &AnswerRun::grew, this,
                [this, column](const QString& piece) { Q_EMIT grew(column, piece); });
        connect(run, &AnswerRun::finished, this, [this, column] { end(column); });
    }
    Q_EMIT started();
    return {};
}

void ComparePresenter::end(std::size_t column)
{
    m_columns[column].turn = m_runs[column]->turn();
    m_columns[column].running = false;
    measure();
    Q_EMIT changed();
}

void ComparePresenter::measure()
{
    const auto whole = [](const CompareColumn& column) { return !column.running && !column.turn.error; };
    for (std::size_t i = 1; i < m_columns.size(); ++i) {
        if (whole(m_columns.front()) && whole(m_columns[i]))
            m_columns[i].sameWords = shareOfWords(QString::fromStdString(m_columns[i].turn.answer),
                                                  QString::fromStdString(m_columns.front().turn.answer));
    }
}

bool ComparePresenter::running() const
{
    return std::any_of(m_columns.begin(), m_columns.end(),
                       [](const CompareColumn& column) { return column.running; });
}

void ComparePresenter::stop()
{
    for (const std::unique_ptr<AnswerRun>& run : m_runs) {
        if (!run->over())
            run->stop();
    }
    Q_EMIT changed();
}

} // namespace gatehouse::ui
