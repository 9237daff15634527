// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/explain.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <optional>
#include <stop_token>
#include <vector>

namespace gatehouse::ui {

/// One line of a story: a rule, an attempt, somebody who was not taken.
struct StoryLine
{
    enum class Kind { Rule, Route, Attempt, Candidate, Result, Remark };
    Kind kind = Kind::Remark;
    QString subject; ///< the rule's or backend's name
    QString text;
    gateway::Certainty certainty = gateway::Certainty::Unknown;
};
[[nodiscard]] std::vector<StoryLine> storyLines(const gateway::Explanation& story);

struct ExplainState
{
    bool loading = false;
    QString id;                                 ///< that was asked; "" before the first
    jobs::ExplainService::ExplanationPtr story; ///< null without one
    std::optional<Error> error;
};

/// Asks for the story of one request; the latest question wins. Main thread; knows no widget.
class ExplainPresenter final : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    ~ExplainPresenter() override;

    /// Null: nobody can be asked. The service outlives the presenter or the next call of this.
    void setService(jobs::ExplainService* service);
    [[nodiscard]] bool canAsk() const { return m_service != nullptr; }
    /// Blanks around the id, as they come with a paste, do not count.
    void explain(const QString& id);
    void cancel();
    [[nodiscard]] const ExplainState& state() const { return m_state; }

Q_SIGNALS:
    void changed();

private:
    jobs::ExplainService* m_service = nullptr;
    ExplainState m_state;
    std::stop_source m_stop;
    quint64 m_generation = 0;
};

} // namespace gatehouse::ui
