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

QString impactWord(const char* text, int count = -1)
{
    return QCoreApplication::translate("QuotaImpact", text, nullptr, count);
}

QString nameOf(const std::map<std::string, QString>& names, const std::string& service)
{
    if (service.empty())
        return impactWord("Calls without a subscription");
    const auto found = names.find(service);
    return found == names.end() ? fromText(service) : found->second;
}

QString kindName(LimitKind kind)
{
    switch (kind) {
    case LimitKind::CallRate:
        return impactWord("calls/min");
    case LimitKind::TokenRate:
        return impactWord("tokens/min");
    case LimitKind::TokenQuota:
        return impactWord("token quota");
    case LimitKind::CallQuota:
        return impactWord("call quota");
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
            parts << impactWord("%2 %1").arg(formatExact(calls), kindName(kind));
    }
    return parts.join(u" · "_s);
}

/// When the call would have been let through.
Cell waitOf(const gateway::ThrottledExample& example)
{
    if (!example.retryAfter)
        return {{}, impactWord("never"), impactWord("The call alone is larger than the limit."), {}};
    const std::int64_t seconds = gateway::retryAfterSeconds(*example.retryAfter);
    return {
        QVariant::fromValue(static_cast<qint64>(seconds)), formatSpan(std::chrono::seconds(seconds)), {}, {}};
}

} // namespace

std::vector<ColumnSpec> impactColumns()
{
    return {
        {impactWord("Service"), u"service"_s, false, 140, {}},
        {impactWord("Calls"), u"calls"_s, true, 72, impactWord("All calls of the days that were replayed")},
        {impactWord("Refused"), u"refused_calls"_s, true, 68,
         impactWord("Calls that the draft would have refused")},
        {impactWord("Share"), u"refused_share"_s, true, 64, {}},
        {impactWord("Tokens"), u"refused_tokens"_s, true, 64,
         impactWord("Tokens of the calls that would have been refused")},
        {impactWord("Newly"), u"refused_anew"_s, true, 64,
         impactWord("Refused by the draft, let through in the log")},
        {impactWord("No longer"), u"no_longer_refused"_s, true, 76,
         impactWord("Refused in the log, let through by the draft")},
        {impactWord("By limit"), u"by_limit"_s, false, 132, impactWord("The first limit that had no room")},
    };
}

std::vector<ColumnSpec> exampleColumns()
{
    return {
        {impactWord("Service"), u"service"_s, false, 132, {}},
        {impactWord("When"), u"time"_s, false, 116, {}},
        {impactWord("Limit"), u"limit"_s, false, 110, {}},
        {impactWord("Tokens"), u"tokens"_s, true, 72, {}},
        {impactWord("Try again"), u"retry_after"_s, true, 84,
         impactWord("When the same call would have passed")},
        {impactWord("Logged"), u"logged_status"_s, true, 68, impactWord("The status that the log has")},
        {impactWord("Request"), u"correlation_id"_s, false, 220, {}},
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
        const QString why = hit ? byLimit(*service) : impactWord("● nobody refused");
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
            record.cells = {{name, name, {}, {}},
                            {fromText(formatDateTime(example.time)), formatMoment(example.time), {}, {}},
                            {kindName(example.limit), kindName(example.limit), {}, {}},
                            count(example.tokens),
                            waitOf(example),
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
    const QString when = impactWord("since %1").arg(formatMoment(impact.range.start));
    if (impact.calls == 0)
        return impactWord("No calls of these services in the log %1").arg(when);
    if (hit == 0)
        return impactWord("● Of %1 calls %2 none would have been refused")
            .arg(formatExact(impact.calls), when);
    return impactWord("▲ %1 of %2 calls would have been refused, %3 tokens")
        .arg(formatExact(total.refused.calls), formatExact(impact.calls),
             formatAmount(static_cast<double>(total.refused.tokens)));
}

} // namespace gatehouse::ui
