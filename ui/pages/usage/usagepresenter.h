// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/pagepresenter.h"

#include <memory>

namespace gatehouse::ui {

/// What Overview and Usage show; a value that never changes once it is out.
struct UsageState
{
    PageStatus status;
    usage::Dimension dimension = usage::Dimension::Service;
    std::shared_ptr<const usage::Report> report; ///< null without data
};

/// Asks who uses what. Overview uses it with the dimension left at Service.
class UsagePresenter : public PagePresenter
{
    Q_OBJECT
public:
    using PagePresenter::PagePresenter;

    [[nodiscard]] std::shared_ptr<const UsageState> state() const;
    [[nodiscard]] usage::Dimension dimension() const { return m_dimension; }
    void setDimension(usage::Dimension dimension);

    [[nodiscard]] std::vector<std::string> queries() const override;
    [[nodiscard]] std::optional<TimeRange> shownRange() const override;

    /// Only the rows of this key, or all again when it is chosen already. label is what its chip shows.
    void toggleFilter(const QString& key, const QString& label);

protected:
    void load(const jobs::Services& services, std::stop_token stop, quint64 generation) override;
    void drop() override { m_report.reset(); }
    [[nodiscard]] bool hasData() const override { return m_report != nullptr; }

private:
    usage::Dimension m_dimension = usage::Dimension::Service;
    std::shared_ptr<const usage::Report> m_report;
};

} // namespace gatehouse::ui
