// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/query/language.h"
#include "ui/pages/query/querynotebook.h"
#include "ui/pages/query/querystate.h"

#include <deque>

namespace gatehouse::ui {

using SchemaPtr = std::shared_ptr<const kql::language::Schema>;

/// Runs queries that a person writes. Nothing is asked before somebody runs something; then the query follows
/// the time range. A query that filters TimeGenerated itself is asked without the picker's range, as in the
/// portal. Keeps the last results for recall. No widgets here; notebook and language outlive it.
class QueryPresenter : public PagePresenter
{
    Q_OBJECT
public:
    QueryPresenter(ViewContext& context, QueryNotebook& notebook, const QueryLanguage& language);

    /// Asks; the one that runs is stopped. The service's cache may answer, but not the second time in a row.
    void run(const std::string& kql);
    /// Shows the last result of this query again, or the newest one of all, without asking; false when there
    /// is none.
    bool recall(const std::string& kql);
    [[nodiscard]] std::shared_ptr<const QueryState> state() const;

    /// Empty until the workspace has answered.
    [[nodiscard]] const SchemaPtr& schema() const { return m_schema; }
    [[nodiscard]] const QueryLanguage& language() const { return m_language; }
    [[nodiscard]] QueryNotebook& notebook() { return m_notebook; }
    /// Whose workspace is asked; for the history.
    void setProfile(const std::string& name) { m_profile = name; }

    [[nodiscard]] std::vector<std::string> queries() const override;
    [[nodiscard]] std::optional<TimeRange> shownRange() const override;

Q_SIGNALS:
    void schemaChanged();

protected:
    void load(const jobs::Services& services, std::stop_token stop, quint64 generation) override;
    void drop() override;
    [[nodiscard]] bool hasData() const override { return m_result != nullptr; }
    [[nodiscard]] bool wantsAnswer() const override;
    [[nodiscard]] std::chrono::milliseconds period() const override { return std::chrono::milliseconds(0); }

private:
    struct RangeChoice
    {
        std::optional<Ticks> relative;
        TimeRange fixed;
        bool operator==(const RangeChoice&) const = default;
    };
    [[nodiscard]] RangeChoice rangeChoice() const;
    void askSchema(const jobs::Services& services);
    void take(const QueryResult& asked, const Result<QueryAnswerPtr>& answer);
    void keep(const QueryResultPtr& result);

    QueryNotebook& m_notebook;
    const QueryLanguage& m_language;
    std::string m_profile;
    std::string m_kql;
    bool m_pending = false; ///< run() came before anybody was signed in, or before the page was shown
    bool m_fresh = false;
    bool m_recalled = false;
    DateTime m_askedAt;
    RangeChoice m_askedRange;
    QueryResultPtr m_result;
    std::deque<QueryResultPtr> m_kept; ///< newest first
    SchemaPtr m_schema;
    std::stop_source m_schemaStop;
};

} // namespace gatehouse::ui
