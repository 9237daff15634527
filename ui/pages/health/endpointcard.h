// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/health.h"

#include <QtWidgets/QFrame>

#include <array>

class QLabel;

namespace gatehouse::ui {

class ElidedLabel;
class Theme;

/// One endpoint: its circuit with shape, word and source, since when and why, the countdown while it is open,
/// and its latency and errors.
class EndpointCard : public QFrame
{
    Q_OBJECT
public:
    EndpointCard(const Theme& theme, const QString& objectName);

    /// simulated: what it is told to do, "" nothing.
    void setEndpoint(const gateway::EndpointHealth& endpoint, DateTime now, const QString& simulated);
    /// Counts down; called every second while the page is visible.
    void tick(DateTime now);

private:
    void showCircuit();

    const Theme& m_theme;
    gateway::EndpointHealth m_endpoint;
    DateTime m_now;
    ElidedLabel* m_name;
    QLabel* m_region;
    QLabel* m_state;
    QLabel* m_source;
    ElidedLabel* m_since;
    ElidedLabel* m_reason;
    QLabel* m_simulated;
    std::array<QLabel*, 6> m_figures{};
};

/// "Opened 14:05:09, 12 s ago; tries again in 18 s."
[[nodiscard]] QString sinceText(const gateway::CircuitView& circuit, DateTime now);

} // namespace gatehouse::ui
