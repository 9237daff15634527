// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/ask/answerrun.h"
#include "ui/pages/viewcontext.h"

#include "core/jobs/services.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace gatehouse::ui {

/// Whom a question is put to: a deployment, or one endpoint of the gateway.
struct CompareTarget
{
    QString label;
    std::string deployment; ///< "": the service's own
    std::string task;       ///< TestTask and the endpoint's name; needs a routing rule of that match
    std::string backend;    ///< the endpoint that is meant; "" for any
    bool operator==(const CompareTarget&) const = default;
};

/// The same question at one target.
struct CompareColumn
{
    CompareTarget target;
    rag::Turn turn;
    bool running = false;
    /// Of its words, how many the first column's answer has too, 0..1; empty while either is not whole.
    std::optional<double> sameWords;
    /// Another endpoint answered than the one that is meant.
    [[nodiscard]] bool answeredElsewhere() const
    {
        return !target.backend.empty() && !turn.facts.backend.empty() && turn.facts.backend != target.backend;
    }
};

/// The same question to two or three targets at once, without a history, so that nothing but the target
/// differs. What it sends is test traffic. Main thread; no widgets here.
class ComparePresenter : public QObject
{
    Q_OBJECT
public:
    static constexpr std::size_t MostColumns = 3;
    static constexpr const char* TestTask = "gatehouse-test:";

    explicit ComparePresenter(ViewContext& context, const AnswerBounds& bounds = {});
    ~ComparePresenter() override;

    void setServices(const jobs::Services* services);
    [[nodiscard]] bool offered() const { return m_service != nullptr; }
    /// Asks which endpoints there are; targetsChanged() follows.
    void loadTargets();
    /// The service's own choice first, then one for each endpoint that is known.
    [[nodiscard]] const std::vector<CompareTarget>& targets() const { return m_targets; }
    /// What somebody typed: an endpoint or label that is known, else a deployment.
    [[nodiscard]] CompareTarget targetOf(const QString& text) const;

    /// InvalidInput, with nothing changed, unless there are a question and two or three different targets.
    [[nodiscard]] Status compare(const QString& question, const std::vector<CompareTarget>& targets);
    void stop();
    [[nodiscard]] bool running() const;
    [[nodiscard]] const std::vector<CompareColumn>& columns() const { return m_columns; }
    [[nodiscard]] const QString& question() const { return m_question; }

Q_SIGNALS:
    void targetsChanged();
    /// Another comparison was started: columns() are new.
    void started();
    void changed();
    void grew(std::size_t column, const QString& text);

private:
    void end(std::size_t column);
    void measure();

    ViewContext& m_context;
    AnswerBounds m_bounds;
    const jobs::Services* m_services = nullptr;
    jobs::AskService* m_service = nullptr;
    std::vector<CompareTarget> m_targets;
    std::stop_source m_stop;
    QString m_question;
    std::vector<CompareColumn> m_columns;
    std::vector<std::unique_ptr<AnswerRun>> m_runs; ///< one a column
};

/// Of the words of text, the share that is among those of other too (each as often as it is there), 0..1; 1
/// for two texts without words.
[[nodiscard]] double shareOfWords(const QString& text, const QString& other);

} // namespace gatehouse::ui
