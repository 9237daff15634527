// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/costpresenter.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <stop_token>
#include <vector>

namespace gatehouse::ui {

/// Looks for alerts while the Cost page is not on screen: every five minutes it has the ledger read what is
/// new, and says once what a person is to be notified of. A workspace that was never read is left alone,
/// since a first reading takes long and nobody asked for it; opening the Cost page does. No widgets. Main
/// thread; the presenter outlives it.
class AnomalyWatch : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::minutes Period{5};

    explicit AnomalyWatch(CostPresenter& presenter, QObject* parent = nullptr);
    ~AnomalyWatch() override;

    /// Looks now, unless it is at it or nobody is signed in; the timer does this by itself.
    void look();

Q_SIGNALS:
    /// These, and nobody was told before. view has the services' names.
    void found(const std::vector<gatehouse::cost::Alert>& alerts,
               const std::shared_ptr<const gatehouse::jobs::CostView>& view);

private:
    void follow();
    void ask(bool fresh);
    void tell(jobs::CostService* service, const std::shared_ptr<const jobs::CostView>& view);

    CostPresenter& m_presenter;
    jobs::CostService* m_service = nullptr; ///< that is watched
    std::shared_ptr<const jobs::CostView> m_seen;
    bool m_looking = false;
    std::stop_source m_stop;
    QTimer m_timer;
};

} // namespace gatehouse::ui
