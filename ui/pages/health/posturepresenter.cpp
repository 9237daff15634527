// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/health/posturepresenter.h"

namespace gatehouse::ui {

std::shared_ptr<const PostureState> PosturePresenter::state() const
{
    return std::make_shared<const PostureState>(PostureState{status(), m_report});
}

void PosturePresenter::load(const jobs::Services& services, std::stop_token stop, quint64 generation)
{
    if (services.posture == nullptr) {
        settleError(fail(Error::Kind::NotFound,
                         tr("This profile names no API Management service.").toStdString(),
                         tr("Add one to the profile.").toStdString())
                        .value());
        return;
    }
    services.posture->report(std::move(stop))
        .then(this, [this, generation](const Result<std::shared_ptr<const jobs::PostureReport>>& answer) {
            if (!isCurrent(generation))
                return;
            if (!answer) {
                settleError(answer.error());
                return;
            }
            m_report = *answer;
            settleData(false, false, {}, m_report->readAt);
        });
}

} // namespace gatehouse::ui
