// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quotas/impactrecords.h"

#include "ui/models/format.h"
#include "ui/theme/tokens.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace gatehouse::ui {

using gateway::LimitKind;
using gateway::ServiceImpact;
using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text, int count = -1)
{
    return QCoreApplication::translate("QuotaImpact", text, nullptr, count);
}

QString nameOf(const std::map<std::string, QString>& names, const std::string& service)
{
    if (service.empty())
        return tr("Calls without a subscription");
    const auto found = names.find(service);
    return found == names.end() ? fromText(service) : found->second;
}

QString kindName(LimitKind kind)
{
    switch (kind) {
    case LimitKind::CallRate:
        return tr("calls/min");
    case LimitKind::TokenRate:
        return tr("tokens/min");
    case LimitKind::TokenQuota:
        return tr("token quota");
    case LimitKind::CallQuota:
        return tr("call quota");
    }
    return {};
}

Cell count(std::int64_t value)
{
    return {QVariant::fromValue(static_cast<qint64>(value)), formatExact(value), formatExact(value), {}};
}

Cell amount(std::int64_t value)
{
    return {QVariant::fromValue(static_cast<qint64>(value)),
            formatAmount(static_cast<double>(value)),
            formatExact(value),
            {}};
}

/// "tokens a minute 1 204 · token quota 3"
QString byLimit(const ServiceImpact& service)
{
    QStringList parts;
    for (const LimitKind kind :
         {LimitKind::TokenRate, LimitKind::TokenQuota, LimitKind::CallRate, LimitKind::CallQuota}) {
        const std::int64_t calls = service.byLimit[static_cast<std::size_t>(kind)].calls;
        if (calls > 0)
            parts << tr("%2 %1").arg(formatExact(calls), kindName(kind));
    }
    return parts.join(u" · "_s);
}

} // namespace

std::vector<ColumnSpec> impactColumns()
{
    return {
        {tr("Service"), u"service"_s, false, 140, {}},
        {tr("Calls"), u"calls"_s, true, 72, tr("All calls of the days that were replayed")},
        {tr("Refused"), u"refused_calls"_s, true, 68, tr("Calls that the draft would have refused")},
        {tr("Share"), u"refused_share"_s, true, 64, {}},
        {tr("Tokens"), u"refused_tokens"_s, true, 64, tr("Tokens of the calls that would have been refused")},
        {tr("Newly"), u"refused_anew"_s, true, 64, tr("Refused by the draft, let through in the log")},
        {tr("No longer"), u"no_longer_refused"_s, true, 76,
         tr("Refused in the log, let through by the draft")},
        {tr("By limit"), u"by_limit"_s, false, 132, tr("The first limit that had no room")},
    };
}

std::vector<ColumnSpec> exampleColumns()
{
    return {
        {tr("Service"), u"service"_s, false, 132, {}},
        {tr("When"), u"time"_s, false, 116, {}},
        {tr("Limit"), u"limit"_s, false, 110, {}},
        {tr("Tokens"), u"tokens"_s, true, 72, {}},
        {tr("Try again"), u"retry_after"_s, true, 84, tr("When the same call would have passed")},
        {tr("Logged"), u"logged_status"_s, true, 68, tr("The status that the log has")},
        {tr("Request"), u"correlation_id"_s, false, 220, {}},
    };
}

std::vector<Record> impactRecords(const jobs::QuotaImpact& impact,
                                  const std::map<std::string, QString>& names, const Tokens& tokens)
{
    std::vector<const ServiceImpact*> services;
    for (const ServiceImpact& service : impact.impact.services)
        services.push_back(&service);
    std::stable_sort(services.begin(), services.end(), [](const ServiceImpact* a, const ServiceImpact* b) {
        return a->refused.calls > b->refused.calls;
    });
    std::vector<Record> records;
    for (const ServiceImpact* const service : services) {
        const bool hit = service->refused.calls > 0;
        const QString name = nameOf(names, service->service);
        const double share = service->seen.calls > 0 ? static_cast<double>(service->refused.calls) /
                                                           static_cast<double>(service->seen.calls)
                                                     : 0.0;
        const QString why = hit ? byLimit(*service) : tr("● nobody refused");
        Record record;
        record.key = u"service:"_s + fromText(service->service);
        record.cells = {{name, name, {}, {}},
                        count(service->seen.calls),
                        count(service->refused.calls),
                        {share, formatShare(share), {}, hit ? tokens.warn : QColor()},
                        amount(service->refused.tokens),
                        count(service->refusedAnew.calls),
                        count(service->noLongerRefused.calls),
                        {why, hit ? u"▲ "_s + why : why, why, hit ? tokens.warn : tokens.good}};
        records.push_back(std::move(record));
    }
    return records;
}

std::vector<Record> exampleRecords(const jobs::QuotaImpact& impact,
                                   const std::map<std::string, QString>& names)
{
    std::vector<Record> records;
    for (const ServiceImpact& service : impact.impact.services) {
        for (const gateway::ThrottledExample& example : service.examples) {
            const QString name = nameOf(names, service.service);
            const QString id = fromText(example.id);
            Record record;
            record.key = fromText(service.service + "/" + example.id);
            const auto wait = example.retryAfter
                                  ? std::optional(gateway::retryAfterSeconds(*example.retryAfter))
                                  : std::nullopt;
            record.cells = {{name, name, {}, {}},
                            {fromText(formatDateTime(example.time)), formatMoment(example.time), {}, {}},
                            {kindName(example.limit), kindName(example.limit), {}, {}},
                            count(example.tokens),
                            wait ? Cell{QVariant::fromValue(static_cast<qint64>(*wait)),
                                        formatSpan(std::chrono::seconds(*wait)),
                                        {},
                                        {}}
                                 : Cell{{}, tr("never"), tr("The call alone is larger than the limit."), {}},
                            count(example.loggedStatus),
                            {id, id, id, {}}};
            records.push_back(std::move(record));
        }
    }
    return records;
}

QString impactSummary(const jobs::QuotaImpact& impact)
{
    const auto& total = impact.impact.total;
    const auto hit = std::count_if(impact.impact.services.begin(), impact.impact.services.end(),
                                   [](const ServiceImpact& one) { return one.refused.calls > 0; });
    const QString when = tr("since %1").arg(formatMoment(impact.range.start));
    if (impact.calls == 0)
        return tr("No calls of these services in the log %1").arg(when);
    if (hit == 0)
        return tr("● Of %1 calls %2 none would have been refused").arg(formatExact(impact.calls), when);
    return tr("▲ %1 of %2 calls would have been refused, %3 tokens")
        .arg(formatExact(total.refused.calls), formatExact(impact.calls),
             formatAmount(static_cast<double>(total.refused.tokens)));
}

} // namespace gatehouse::ui
