// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/health/endpointcard.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/statebadge.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

EndpointCard::EndpointCard(const Theme& theme, const QString& objectName)
    : m_theme(theme)
    , m_name(new ElidedLabel(Qt::ElideMiddle))
    , m_region(makeLabel(objectName + u"Region"_s, "caption"))
    , m_state(makeLabel(objectName + u"State"_s, "strong"))
    , m_source(makeLabel(objectName + u"Source"_s, "caption"))
    , m_since(new ElidedLabel)
    , m_reason(new ElidedLabel)
    , m_simulated(makeLabel(objectName + u"Simulated"_s, "warn"))
{
    setProperty("panel", true);
    nameWidget(this, objectName, tr("Endpoint"));
    m_name->setObjectName(objectName + u"Name"_s);
    m_name->setProperty("role", u"strong"_s);
    m_since->setObjectName(objectName + u"Since"_s);
    m_reason->setObjectName(objectName + u"Reason"_s);
    for (ElidedLabel* const label : {m_since, m_reason})
        label->setProperty("role", u"caption"_s);

    auto* const heading = new QHBoxLayout;
    heading->setSpacing(metric::Space2);
    heading->addWidget(m_name, 1);
    heading->addWidget(m_region);
    auto* const circuit = new QHBoxLayout;
    circuit->setSpacing(metric::Space2);
    circuit->addWidget(m_state);
    circuit->addWidget(m_source);
    circuit->addStretch(1);
    circuit->addWidget(m_simulated);
    auto* const figures = new QGridLayout;
    figures->setHorizontalSpacing(metric::Space2);
    figures->setVerticalSpacing(0);
    const std::array<QString, 6> captions{tr("Attempts"), tr("p50"),    tr("p95"),
                                          tr("p99"),      tr("Errors"), tr("429")};
    for (std::size_t i = 0; i < captions.size(); ++i) {
        const QString name = objectName + u"Figure"_s + QString::number(i);
        m_figures[i] = makeLabel(name, "strong");
        figures->addWidget(makeLabel(name + u"Caption"_s, "caption", captions[i]), 0, static_cast<int>(i));
        figures->addWidget(m_figures[i], 1, static_cast<int>(i));
        figures->setColumnStretch(static_cast<int>(i), 1);
    }
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    column->setSpacing(metric::Space1);
    column->addLayout(heading);
    column->addLayout(circuit);
    column->addWidget(m_since);
    column->addWidget(m_reason);
    column->addSpacing(metric::Space1);
    column->addLayout(figures);
    setFixedHeight(158);
    connect(&theme, &Theme::changed, this, &EndpointCard::showCircuit);
}

QString sinceText(const gateway::CircuitView& circuit, DateTime now)
{
    const auto seconds = [](Ticks span) { return std::chrono::duration_cast<std::chrono::seconds>(span); };
    QString text;
    if (circuit.since) {
        text = EndpointCard::tr("since %1, for %2")
                   .arg(formatMoment(*circuit.since, true), formatSpan(seconds(now - *circuit.since)));
    }
    if (circuit.state == gateway::CircuitState::Open && circuit.retryAt) {
        const auto left = seconds(*circuit.retryAt - now);
        const QString again = left.count() > 0 ? EndpointCard::tr("tries again in %1").arg(formatSpan(left))
                                               : EndpointCard::tr("tries again with the next request");
        text = text.isEmpty() ? again : again + u" · "_s + text;
    }
    return text;
}

void EndpointCard::setEndpoint(const gateway::EndpointHealth& endpoint, DateTime now,
                               const QString& simulated)
{
    m_endpoint = endpoint;
    m_now = now;
    m_name->setFullText(fromText(endpoint.backend));
    m_region->setText(fromText(endpoint.region));
    m_simulated->setText(simulated);
    m_simulated->setVisible(!simulated.isEmpty());
    m_figures[0]->setText(formatAmount(static_cast<double>(endpoint.requests)));
    setPlainToolTip(m_figures[0], tr("%1 attempts in the range").arg(formatExact(endpoint.requests)));
    m_figures[1]->setText(formatMilliseconds(endpoint.p50Ms));
    m_figures[2]->setText(formatMilliseconds(endpoint.p95Ms));
    m_figures[3]->setText(formatMilliseconds(endpoint.p99Ms));
    m_figures[4]->setText(formatShare(endpoint.errorShare));
    m_figures[5]->setText(formatShare(endpoint.throttledShare));
    setRole(m_figures[4], endpoint.errorShare.value_or(0) >= 0.05 ? "bad" : "strong");
    setRole(m_figures[5], endpoint.throttledShare.value_or(0) >= 0.05 ? "warn" : "strong");
    showCircuit();
}

void EndpointCard::tick(DateTime now)
{
    m_now = now;
    m_since->setFullText(sinceText(m_endpoint.circuit(), m_now));
}

void EndpointCard::showCircuit()
{
    const gateway::CircuitView& circuit = m_endpoint.circuit();
    const StateLook look = lookOf(circuit, m_theme.tokens());
    m_state->setText(look.text());
    m_state->setStyleSheet(u"color: "_s + look.color.name());
    m_source->setText(sourceWord(circuit.source));
    m_since->setFullText(sinceText(circuit, m_now));
    if (m_endpoint.disagree) {
        const StateLook other = lookOf(m_endpoint.inferred, m_theme.tokens());
        m_reason->setFullText(
            tr("▲ The log says %1, the gateway says %2").arg(other.word.toLower(), look.word.toLower()));
    } else {
        m_reason->setFullText(circuit.reason.empty() && circuit.source == gateway::StateSource::Unknown
                                  ? tr("No attempt in the range, and the gateway does not report")
                                  : fromText(circuit.reason));
    }
    m_reason->setProperty("mood", m_endpoint.disagree ? u"bad"_s : QString());
    m_reason->style()->unpolish(m_reason);
    m_reason->style()->polish(m_reason);
    setAccessibleDescription(m_name->fullText() + u": "_s + look.word + u", "_s + m_since->fullText());
}

} // namespace gatehouse::ui
