// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"
#include "ui/pages/pagepresenter.h"

#include <memory>
#include <optional>

namespace gatehouse::ui {

/// Costs are counted in whole days and months, so that the page has a period of its own.
enum class CostPeriod { ThisMonth, LastMonth, Days7, Days30, Days90, Year, Custom };

/// The days of a period, today included; ThisMonth for Custom.
[[nodiscard]] cost::DayRange daysOf(CostPeriod period, cost::Day today);

/// A filter with the name that it had where it was chosen.
struct CostChip
{
    cost::CostFilter filter;
    QString label;
};

/// What the Cost page shows; a value that never changes once it is out.
struct CostState
{
    PageStatus status;
    CostPeriod period = CostPeriod::ThisMonth;
    jobs::CostQuestion question;                ///< what was asked last
    std::vector<CostChip> chips;                ///< its filters
    std::shared_ptr<const jobs::CostView> view; ///< null without figures
    std::optional<jobs::CostProgress> progress; ///< while the log is read
};

/// Asks what was spent. All views of the Cost page (spend, budgets, anomalies, prices, reports) show the one
/// view that this holds, so that their figures agree. A change of grouping, step, period or filter is
/// answered from the store at once; a refresh reads what is new in the log first. No widgets. Main thread.
class CostPresenter : public PagePresenter
{
    Q_OBJECT
public:
    explicit CostPresenter(ViewContext& context, QObject* parent = nullptr);

    [[nodiscard]] std::shared_ptr<const CostState> state() const;
    /// The service, for what changes budgets, prices and snoozes; null when nobody is signed in.
    [[nodiscard]] jobs::CostService* service() const;

    void setDimension(cost::CostDimension dimension);
    void setStep(cost::Step step);
    /// Not Custom: see setRange.
    void setPeriod(CostPeriod period);
    /// Of at least a day; anything else is ignored.
    void setRange(const cost::DayRange& range);
    /// Back to the period before setRange.
    void leaveRange();
    /// Only these calls, in place of another filter of the dimension; all again when it is chosen already.
    void toggleFilter(const cost::CostFilter& filter, const QString& label = {});
    void clearFilters();
    /// Answers anew from the store: after a budget, a price or a snooze has changed.
    void showAgain();
    /// Stops a reading of the log and shows what the ledger has by now, which is whole days.
    void stopReading();

    [[nodiscard]] std::vector<std::string> queries() const override;
    [[nodiscard]] std::optional<TimeRange> shownRange() const override;
    [[nodiscard]] bool followsRange() const override { return false; }

protected:
    void load(const jobs::Services& services, std::stop_token stop, quint64 generation) override;
    void drop() override;
    [[nodiscard]] bool hasData() const override { return m_view != nullptr; }
    /// The page does not follow the window's time range.
    [[nodiscard]] bool wantsAnswer() const override { return false; }
    [[nodiscard]] std::chrono::milliseconds period() const override { return std::chrono::minutes(5); }

private:
    void showStore(jobs::CostService& ledger, std::stop_token stop, quint64 generation);
    void ask(jobs::CostService& ledger, std::stop_token stop, quint64 generation);

    CostPeriod m_period = CostPeriod::ThisMonth;
    CostPeriod m_periodBefore = CostPeriod::ThisMonth; ///< a range of days was chosen
    jobs::CostQuestion m_question;
    std::vector<CostChip> m_chips;
    std::shared_ptr<const jobs::CostView> m_view;
    std::optional<jobs::CostProgress> m_progress;
    bool m_fromStore = false;  ///< the answer that is asked for now needs no reading
    bool m_readingOwed = true; ///< no reading since the services came has ended
    bool m_stopped = false;    ///< the last reading was
};

} // namespace gatehouse::ui
