// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/services.h"
#include "ui/pages/viewcontext.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <optional>
#include <stop_token>

namespace gatehouse::ui {

/// Where a page stands. Data, Partial and Stale show figures; the others show why there are none.
enum class Phase {
    Waiting, ///< not signed in yet, or the stack is starting: the shell says which
    Loading, ///< the first answer is on its way
    Data,
    Empty,   ///< answered, and there is nothing
    Partial, ///< the service said that rows are missing
    Stale,   ///< a refresh failed; the figures are from loadedAt
    Denied,  ///< not allowed; error names the permission
    Failed   ///< nothing to show; error says why
};

struct PageStatus
{
    Phase phase = Phase::Waiting;
    bool refreshing = false;
    std::optional<Error> error;
    QString notice; ///< why the answer is partial
    DateTime loadedAt;

    [[nodiscard]] bool showsData() const
    {
        return phase == Phase::Data || phase == Phase::Partial || phase == Phase::Stale;
    }
    /// Loaded, failed or refused: nothing more comes without a new refresh.
    [[nodiscard]] bool settled() const
    {
        return !refreshing && phase != Phase::Loading && phase != Phase::Waiting;
    }
};

/// What all pages' presenters share: when to ask, and that the latest question wins. A hidden page does not
/// ask; it asks when it is shown again. Each refresh has a stop_source of its own, and starting, cancelling
/// or destroying stops the one before. No widgets here. Main thread.
class PagePresenter : public QObject
{
    Q_OBJECT
public:
    PagePresenter(ViewContext& context, QObject* parent = nullptr);
    ~PagePresenter() override;

    /// Null when nobody is signed in: what was shown is dropped. The services outlive their use here.
    void setServices(const jobs::Services* services);
    [[nodiscard]] const jobs::Services* services() const { return m_services; }
    /// Whether the page is on screen.
    void setActive(bool active);
    [[nodiscard]] bool active() const { return m_active; }

    /// Asks now, also when the last answer is fresh.
    void refresh();
    /// Stops the refresh in flight; what was shown stays.
    void cancel();
    [[nodiscard]] const PageStatus& status() const { return m_status; }
    [[nodiscard]] ViewContext& context() const { return m_context; }
    /// The KQL behind what is shown and the range it was asked for; empty without figures.
    [[nodiscard]] virtual std::vector<std::string> queries() const = 0;
    [[nodiscard]] virtual std::optional<TimeRange> shownRange() const = 0;
    /// Whether the common time range says what is shown; false for a page with periods of its own, or none.
    [[nodiscard]] virtual bool followsRange() const { return true; }

Q_SIGNALS:
    /// The state is a new one.
    void changed();

protected:
    /// Asks the services; the continuation calls settle…() with the same generation.
    virtual void load(const jobs::Services& services, std::stop_token stop, quint64 generation) = 0;
    /// Forgets what is shown.
    virtual void drop() = 0;
    /// Whether something is shown that a failure must not take away.
    [[nodiscard]] virtual bool hasData() const = 0;
    /// Whether the range and filters as they are now, or being shown, call for an answer.
    [[nodiscard]] virtual bool wantsAnswer() const { return true; }
    /// How often the page asks by itself while it is visible; 0 never.
    [[nodiscard]] virtual std::chrono::milliseconds period() const;

    [[nodiscard]] bool isCurrent(quint64 generation) const { return generation == m_generation; }
    /// at: when the data came, where that is not now.
    void settleData(bool empty, bool partial, const QString& notice, std::optional<DateTime> at = {});
    void settleError(const Error& error);
    /// Shows data while the refresh goes on: what was known before, of that moment. A settle…() follows.
    void showMeanwhile(DateTime at);

private:
    void start();
    void schedule();

    ViewContext& m_context;
    const jobs::Services* m_services = nullptr;
    bool m_active = false;
    bool m_due = true;
    quint64 m_generation = 0;
    std::stop_source m_stop;
    PageStatus m_status;
    QTimer m_timer;
};

} // namespace gatehouse::ui
