// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/pagepresenter.h"

#include <memory>
#include <vector>

namespace gatehouse::ui {

/// What Health shows; a value that never changes once it is out.
struct HealthState
{
    PageStatus status;
    std::shared_ptr<const gateway::HealthReport> report; ///< null without data
    bool canSimulate = false;
    std::vector<jobs::Fault> faults;    ///< as they are in force
    std::optional<Error> simulateError; ///< why the last simulation was not taken
};

/// Asks how the endpoints are, and on this computer tells them to misbehave. On a short range it asks every
/// two seconds, so that a circuit is seen to open.
class HealthPresenter : public PagePresenter
{
    Q_OBJECT
public:
    enum class Simulation { Unplug, Slow, Throttle };

    using PagePresenter::PagePresenter;

    [[nodiscard]] std::shared_ptr<const HealthState> state() const;
    [[nodiscard]] std::vector<std::string> queries() const override;
    [[nodiscard]] std::optional<TimeRange> shownRange() const override;
    /// Adds to the faults in force; one fault a backend, the newest wins.
    void simulate(const std::string& backend, Simulation kind);
    void heal();

protected:
    void load(const jobs::Services& services, std::stop_token stop, quint64 generation) override;
    void drop() override;
    [[nodiscard]] bool hasData() const override { return m_report != nullptr; }
    [[nodiscard]] std::chrono::milliseconds period() const override;

private:
    void put(std::vector<jobs::Fault> faults);

    std::shared_ptr<const gateway::HealthReport> m_report;
    std::vector<jobs::Fault> m_faults;
    std::optional<Error> m_simulateError;
    std::stop_source m_simulateStop;
};

} // namespace gatehouse::ui
