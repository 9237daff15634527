// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/anomalywatch.h"
#include "ui/shell/notifier.h"

namespace gatehouse::ui {

/// Says what the watch finds, through a notifier: a notification each, or one for many at once. Owns the
/// watch; presenter and notifier outlive it. GUI thread.
class AlertBell : public QObject
{
    Q_OBJECT
public:
    AlertBell(CostPresenter& presenter, Notifier& notifier, QObject* parent = nullptr);

    [[nodiscard]] AnomalyWatch& watch() { return m_watch; }

private:
    void tell(const std::vector<cost::Alert>& alerts, const std::shared_ptr<const jobs::CostView>& view);

    Notifier& m_notifier;
    AnomalyWatch m_watch;
};

} // namespace gatehouse::ui
