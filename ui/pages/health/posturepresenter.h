// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/posture.h"
#include "ui/pages/pagepresenter.h"

#include <memory>

namespace gatehouse::ui {

/// What the posture panel shows; a value that never changes once it is out.
struct PostureState
{
    PageStatus status;
    std::shared_ptr<const jobs::PostureReport> report; ///< null without data
};

/// Asks how the gateway and its accounts stand: when it is first shown and on F5, not by itself, since that
/// is some twenty calls and changes seldom. The time range and filters say nothing here.
class PosturePresenter : public PagePresenter
{
    Q_OBJECT
public:
    using PagePresenter::PagePresenter;

    [[nodiscard]] std::shared_ptr<const PostureState> state() const;
    [[nodiscard]] std::vector<std::string> queries() const override { return {}; }
    [[nodiscard]] std::optional<TimeRange> shownRange() const override { return std::nullopt; }

protected:
    void load(const jobs::Services& services, std::stop_token stop, quint64 generation) override;
    void drop() override { m_report.reset(); }
    [[nodiscard]] bool hasData() const override { return m_report != nullptr; }
    [[nodiscard]] bool wantsAnswer() const override { return false; }
    [[nodiscard]] std::chrono::milliseconds period() const override { return std::chrono::milliseconds(0); }

    [[nodiscard]] const std::shared_ptr<const jobs::PostureReport>& report() const { return m_report; }

private:
    std::shared_ptr<const jobs::PostureReport> m_report;
};

} // namespace gatehouse::ui
