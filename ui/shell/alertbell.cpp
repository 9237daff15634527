// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/alertbell.h"

#include "core/base/encoding.h"
#include "ui/models/format.h"
#include "ui/pages/cost/anomalytext.h"

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

/// From which on they are told in one.
constexpr std::size_t Many = 4;

QString nameOf(const std::string& service, const jobs::CostView& view)
{
    for (const jobs::KnownService& known : view.services) {
        if (equalsIgnoreCase(known.id, service))
            return fromText(known.name);
    }
    return fromText(service);
}

QString titleOf(const cost::Alert& alert, const QString& name)
{
    return kindName(alert.first.kind) + u": "_s + whoOf(alert, name);
}

} // namespace

AlertBell::AlertBell(CostPresenter& presenter, Notifier& notifier, QObject* parent)
    : QObject(parent)
    , m_notifier(notifier)
    , m_watch(presenter)
{
    connect(&m_watch, &AnomalyWatch::found, this, &AlertBell::tell);
}

void AlertBell::tell(const std::vector<cost::Alert>& alerts,
                     const std::shared_ptr<const jobs::CostView>& view)
{
    const QString currency = fromText(view->grouping.currency.text());
    QStringList titles;
    for (const cost::Alert& alert : alerts) {
        const QString name = nameOf(alert.first.service, *view);
        titles.append(titleOf(alert, name));
        if (alerts.size() < Many)
            m_notifier.notify(titles.back(), sentenceOf(alert, name, currency));
    }
    if (alerts.size() >= Many)
        m_notifier.notify(tr("%n anomalies", nullptr, static_cast<int>(alerts.size())), titles.join(u"\n"_s));
}

} // namespace gatehouse::ui
