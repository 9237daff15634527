// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/costpresenter.h"

#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace gatehouse::ui {

/// A budget with how it stands in today's month.
struct BudgetLine
{
    QString key; ///< unique among the lines
    cost::Budget budget;
    QString name;                             ///< of the service or team; "" for everything. Remote text
    std::optional<cost::BudgetStatus> status; ///< empty when it is not in force, or its currency has no rate
};

/// The budgets: which there are, how the chosen one will end the month and what drives it, and their changes,
/// each of which can be undone. Reads while it is active and follows the page's presenter, whose view says
/// how the budgets stand. No widgets. Main thread; the presenter outlives it.
class BudgetDesk : public QObject
{
    Q_OBJECT
public:
    explicit BudgetDesk(CostPresenter& presenter, QObject* parent = nullptr);
    ~BudgetDesk() override;

    /// Whether it is on screen.
    void setActive(bool active);

    [[nodiscard]] const std::vector<BudgetLine>& lines() const { return m_lines; }
    /// The list was read at least once since the services came.
    [[nodiscard]] bool known() const { return m_known; }
    /// Null without lines.
    [[nodiscard]] const BudgetLine* selected() const;
    void select(const QString& key);
    /// What the chosen budget counts (everything without one): this month's forecast, its back-test, and the
    /// causes of the change of the last four weeks. Null until it was read.
    [[nodiscard]] const std::shared_ptr<const jobs::CostView>& detail() const { return m_detail; }
    /// Something that is shown is still on its way.
    [[nodiscard]] bool reading() const { return m_view && !m_error && (!m_known || !m_detail); }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] const std::shared_ptr<const jobs::CostView>& view() const { return m_view; }

    /// Adds a budget, or changes the one of the same scope, name and first month when `replace` says so. Ends
    /// in done() or refused().
    void put(const cost::Budget& budget, bool replace);
    void remove(const QString& key);
    [[nodiscard]] bool busy() const { return m_busy; }
    /// The last change, in a few words; "" when there is nothing to undo.
    [[nodiscard]] const QString& undoable() const { return m_undoable; }
    void undo();

Q_SIGNALS:
    void changed();
    /// A change was made: one sentence.
    void done(const QString& said);
    /// It was not; nothing is different.
    void refused(const gatehouse::Error& error);

private:
    void follow();
    void forget();
    void readList();
    void readDetail();
    void take(const std::vector<cost::Budget>& budgets);
    [[nodiscard]] QString nameOf(const cost::Budget& budget) const;
    [[nodiscard]] QString calledOf(const cost::Budget& budget) const;
    [[nodiscard]] const BudgetLine* find(const cost::Budget& like) const;
    /// What takes a change back: a budget to set, or one to remove.
    struct Step
    {
        std::optional<cost::Budget> set;
        std::optional<cost::Budget> remove;
    };
    void change(const Step& step, const QString& said, const std::optional<Step>& back);

    CostPresenter& m_presenter;
    bool m_active = false;
    bool m_known = false;
    bool m_busy = false;
    std::shared_ptr<const jobs::CostView> m_view;
    std::vector<BudgetLine> m_lines;
    QString m_selected;
    std::shared_ptr<const jobs::CostView> m_detail;
    std::optional<Error> m_error;
    QString m_undoable;
    Step m_back;
    std::stop_source m_listStop;
    std::stop_source m_detailStop;
};

} // namespace gatehouse::ui
