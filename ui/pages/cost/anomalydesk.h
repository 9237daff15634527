// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/costpresenter.h"

#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace gatehouse::ui {

/// An alert as it is listed.
struct AlertLine
{
    QString key; ///< unique among the lines, the same in every answer
    cost::Alert alert;
    QString name;                        ///< of the service; "" for all of them. Remote text
    bool lasts = false;                  ///< its last bucket is no older than two
    std::optional<DateTime> snoozedTill; ///< nothing more is told of it until then
};

/// A snooze that is in force.
struct SnoozeLine
{
    std::string service; ///< "" for all
    QString name;        ///< likewise "" for all. Remote text
    DateTime until;
};

/// What stood out in the services' spending, newest first, the calls behind the chosen alert, and what is
/// snoozed. Reads while it is active and follows the page's presenter. No widgets. Main thread; the presenter
/// outlives it.
class AnomalyDesk : public QObject
{
    Q_OBJECT
public:
    static constexpr int MostCalls = 2'000;

    explicit AnomalyDesk(CostPresenter& presenter, QObject* parent = nullptr);
    ~AnomalyDesk() override;

    /// Whether it is on screen.
    void setActive(bool active);

    [[nodiscard]] const std::shared_ptr<const jobs::CostView>& view() const { return m_view; }
    /// The log is being read and its calls were not looked at yet.
    [[nodiscard]] bool looking() const { return m_looking; }
    [[nodiscard]] const std::vector<AlertLine>& lines() const { return m_lines; }
    [[nodiscard]] const std::vector<SnoozeLine>& snoozes() const { return m_snoozes; }
    /// Null without lines.
    [[nodiscard]] const AlertLine* selected() const;
    void select(const QString& key);
    /// The calls of the chosen alert's service from its first bucket to its last, by time, MostCalls at most;
    /// null until they were read. NoData has none.
    [[nodiscard]] const std::shared_ptr<const std::vector<jobs::BookedCall>>& calls() const
    {
        return m_calls;
    }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] bool reading() const { return m_reading; }

    /// Nothing is told of the service ("" is all) for so long. A second one takes the place of the first.
    void snooze(const std::string& service, std::chrono::hours length);
    void endSnooze(const std::string& service);
    [[nodiscard]] bool busy() const { return m_busy; }

Q_SIGNALS:
    void changed();
    /// A snooze was set or ended: one sentence.
    void done(const QString& said);
    void refused(const gatehouse::Error& error);

private:
    void follow();
    void take();
    void readCalls();
    void setSnooze(const cost::Snooze& snooze, const QString& said);
    [[nodiscard]] QString nameOf(const std::string& service) const;

    CostPresenter& m_presenter;
    bool m_active = false;
    bool m_busy = false;
    bool m_reading = false;
    bool m_looking = false;
    std::shared_ptr<const jobs::CostView> m_view;
    std::vector<AlertLine> m_lines;
    std::vector<SnoozeLine> m_snoozes;
    QString m_selected;
    std::shared_ptr<const std::vector<jobs::BookedCall>> m_calls;
    std::optional<Error> m_error;
    std::stop_source m_stop;
};

} // namespace gatehouse::ui
