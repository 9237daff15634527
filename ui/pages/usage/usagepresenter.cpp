// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/usage/usagepresenter.h"

namespace gatehouse::ui {

std::shared_ptr<const UsageState> UsagePresenter::state() const
{
    return std::make_shared<const UsageState>(UsageState{status(), m_dimension, m_report});
}

std::vector<std::string> UsagePresenter::queries() const
{
    return m_report ? m_report->queries : std::vector<std::string>();
}

std::optional<TimeRange> UsagePresenter::shownRange() const
{
    return m_report ? std::optional(m_report->range) : std::nullopt;
}

void UsagePresenter::setDimension(usage::Dimension dimension)
{
    if (dimension == m_dimension)
        return;
    m_dimension = dimension;
    m_report.reset(); // another split: the old rows would be wrong beside the new heading
    refresh();
}

void UsagePresenter::toggleFilter(const QString& key, const QString& label)
{
    context().toggle({{m_dimension, key.toStdString()}, label});
}

void UsagePresenter::load(const jobs::Services& services, std::stop_token stop, quint64 generation)
{
    services.usage->report(m_dimension, context().range(), context().filters(), std::move(stop))
        .then(this, [this, generation](const Result<std::shared_ptr<const usage::Report>>& answer) {
            if (!isCurrent(generation))
                return;
            if (!answer) {
                settleError(answer.error());
                return;
            }
            m_report = *answer;
            settleData(m_report->totals.requests == 0, m_report->partial,
                       QString::fromStdString(m_report->partialReason));
        });
}

} // namespace gatehouse::ui
