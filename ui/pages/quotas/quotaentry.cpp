// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quotas/quotaentry.h"

#include "core/gateway/policy/limits.h"
#include "core/gateway/quota/limits.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QRegularExpression>
#include <QtCore/QStringList>

#include <cmath>

namespace gatehouse::ui {

using gateway::LimitPolicy;
using gateway::LimitValue;
using gateway::QuotaLimits;
using gateway::ServiceQuota;
using namespace Qt::StringLiterals;

namespace {

QString entryWord(const char* text)
{
    return QCoreApplication::translate("QuotaEntry", text);
}

struct FieldRule
{
    LimitPolicy policy;
    const char* attribute;
};

std::optional<FieldRule> ruleOf(QuotaField field)
{
    switch (field) {
    case QuotaField::TokensPerMinute:
        return FieldRule{LimitPolicy::LlmTokenLimit, "tokens-per-minute"};
    case QuotaField::TokenQuota:
        return FieldRule{LimitPolicy::LlmTokenLimit, "token-quota"};
    case QuotaField::Period:
        return FieldRule{LimitPolicy::LlmTokenLimit, "token-quota-period"};
    case QuotaField::Calls:
        return FieldRule{LimitPolicy::RateLimitByKey, "calls"};
    case QuotaField::Owner:
    case QuotaField::Ticket:
        break;
    }
    return std::nullopt;
}

std::optional<LimitValue>& valueOf(QuotaLimits& limits, QuotaField field)
{
    switch (field) {
    case QuotaField::TokensPerMinute:
        return limits.tokensPerMinute;
    case QuotaField::TokenQuota:
        return limits.tokenQuota;
    case QuotaField::Period:
        return limits.tokenQuotaPeriod;
    default:
        return limits.calls;
    }
}

tl::unexpected<Error> refused(QuotaField field, const QString& why, const QString& advice = {})
{
    return fail(Error::Kind::InvalidInput, (fieldName(field) + u": "_s + why).toStdString(),
                advice.toStdString());
}

bool isForTheGateway(const QString& text)
{
    return text.startsWith("@("_L1) || text.startsWith("@{"_L1) || text.startsWith("{{"_L1);
}

/// "12 000", "50k", "1.5 M"; empty for what is no such number.
std::optional<std::int64_t> numberFrom(QString text)
{
    static const QRegularExpression Blanks(u"[\\s_\\x{2009}\\x{202f}\\x{00a0}]"_s);
    static const QRegularExpression Number(u"^([0-9]+)(?:\\.([0-9]+))?([kKmMbB]?)$"_s);
    text.remove(Blanks);
    const auto match = Number.match(text);
    if (!match.hasMatch() || text.size() > 18)
        return std::nullopt;
    const QString unit = match.captured(3).toLower();
    const double factor = unit == "k"_L1 ? 1e3 : unit == "m"_L1 ? 1e6 : unit == "b"_L1 ? 1e9 : 1;
    if (match.captured(2).isEmpty() && factor == 1)
        return match.captured(1).toLongLong();
    const double value = (match.captured(1) + u'.' + match.captured(2) + u'0').toDouble() * factor;
    const bool whole = value < 9e15 && std::abs(value - std::round(value)) < 1e-6;
    return whole ? std::optional(static_cast<std::int64_t>(std::llround(value))) : std::nullopt;
}

Result<LimitValue> valueFrom(QuotaField field, const QString& typed)
{
    if (isForTheGateway(typed))
        return LimitValue::of(std::string_view(typed.toStdString()));
    if (field == QuotaField::Period) {
        for (const char* period : {"Hourly", "Daily", "Weekly", "Monthly", "Yearly"}) {
            if (typed.compare(QLatin1StringView(period), Qt::CaseInsensitive) == 0)
                return LimitValue::of(std::string_view(period));
        }
        return refused(field, entryWord("“%1” is no period.").arg(typed),
                       entryWord("Type Hourly, Daily, Weekly, Monthly or Yearly."));
    }
    const auto number = numberFrom(typed);
    if (!number && typed.startsWith(u'-'))
        return refused(field, entryWord("a limit cannot be negative."),
                       entryWord("Leave it empty for no limit."));
    if (!number)
        return refused(field, entryWord("“%1” is no whole number.").arg(typed),
                       entryWord("Type a number, as in 12000 or 50k."));
    if (*number == 0)
        return refused(field, entryWord("a limit of 0 would refuse every call."),
                       entryWord("Suspend the subscription instead, or leave it empty for no limit."));
    return LimitValue::of(*number);
}

/// Owner and ticket stand with the limits, so there must be some.
Result<std::optional<ServiceQuota>> withNote(const std::optional<ServiceQuota>& quota, QuotaField field,
                                             const QString& typed)
{
    if (!quota)
        return typed.isEmpty() ? Result<std::optional<ServiceQuota>>(quota)
                               : refused(field, entryWord("the service has no limit of its own yet."),
                                         entryWord("Set a limit first."));
    if (typed.toUtf8().size() > 200)
        return refused(field, entryWord("longer than 200 bytes."), entryWord("Shorten it."));
    ServiceQuota changed = *quota;
    (field == QuotaField::Owner ? changed.owner : changed.ticket) = typed.toStdString();
    return std::optional(std::move(changed));
}

QString amountText(const LimitValue& value)
{
    const auto number = value.number();
    if (!number)
        return QString::fromStdString(value.text);
    QString digits = QString::number(*number);
    for (qsizetype at = digits.size() - 3; at > 0; at -= 3)
        digits.insert(at, QChar(0x202f));
    return digits;
}

} // namespace

QString fieldName(QuotaField field)
{
    switch (field) {
    case QuotaField::TokensPerMinute:
        return entryWord("Tokens per minute");
    case QuotaField::TokenQuota:
        return entryWord("Token quota");
    case QuotaField::Period:
        return entryWord("Period");
    case QuotaField::Calls:
        return entryWord("Calls");
    case QuotaField::Owner:
        return entryWord("Owner");
    case QuotaField::Ticket:
        return entryWord("Ticket");
    }
    return {};
}

QString entryText(const std::optional<ServiceQuota>& quota, QuotaField field)
{
    if (!quota)
        return {};
    if (field == QuotaField::Owner || field == QuotaField::Ticket)
        return QString::fromStdString(field == QuotaField::Owner ? quota->owner : quota->ticket);
    QuotaLimits limits = quota->limits;
    const std::optional<LimitValue>& value = valueOf(limits, field);
    return value ? QString::fromStdString(value->text) : QString();
}

Result<std::optional<ServiceQuota>> withEntry(const std::string& service,
                                              const std::optional<ServiceQuota>& quota, QuotaField field,
                                              const QString& typed)
{
    const QString text = typed.trimmed();
    const auto rule = ruleOf(field);
    if (!rule)
        return withNote(quota, field, text);
    ServiceQuota changed = quota.value_or(ServiceQuota{});
    changed.service = service;
    QuotaLimits& limits = changed.limits;
    if (text.isEmpty()) {
        if (field == QuotaField::Period && limits.tokenQuota)
            return refused(field, entryWord("a token quota needs a period."),
                           entryWord("Remove the quota instead."));
        valueOf(limits, field).reset();
        if (field == QuotaField::TokenQuota)
            limits.tokenQuotaPeriod.reset();
    } else {
        if (field == QuotaField::Period && !limits.tokenQuota)
            return refused(field, entryWord("there is no token quota to go with it."),
                           entryWord("Set the quota first."));
        auto value = valueFrom(field, text);
        if (!value)
            return fail(value.error());
        if (Status fits = gateway::checkLimitValue(rule->policy, rule->attribute, *value); !fits)
            return refused(field, QString::fromStdString(fits.error().message),
                           QString::fromStdString(fits.error().advice));
        valueOf(limits, field) = std::move(*value);
        if (field == QuotaField::TokenQuota && !limits.tokenQuotaPeriod)
            limits.tokenQuotaPeriod = LimitValue::of(std::string_view("Daily"));
    }
    return limits.isEmpty() ? std::nullopt : std::optional(std::move(changed));
}

std::optional<ServiceQuota> settledQuota(const std::optional<ServiceQuota>& quota, DateTime moment)
{
    if (!quota || !quota->raise || moment < quota->raise->until)
        return quota;
    ServiceQuota settled = *quota;
    settled.limits = quota->raise->before;
    settled.raise.reset();
    return settled.limits.isEmpty() ? std::nullopt : std::optional(std::move(settled));
}

QString limitsText(const QuotaLimits& limits)
{
    QStringList parts;
    if (limits.tokensPerMinute)
        parts << entryWord("%1 tokens a minute").arg(amountText(*limits.tokensPerMinute));
    if (limits.tokenQuota)
        parts << entryWord("%1 tokens %2")
                     .arg(amountText(*limits.tokenQuota),
                          limits.tokenQuotaPeriod
                              ? QString::fromStdString(limits.tokenQuotaPeriod->text).toLower()
                              : QString());
    if (limits.calls && limits.callsPeriod == LimitValue::of(60))
        parts << entryWord("%1 calls a minute").arg(amountText(*limits.calls));
    else if (limits.calls)
        parts << entryWord("%1 calls in %2 s")
                     .arg(amountText(*limits.calls), QString::fromStdString(limits.callsPeriod.text));
    return parts.isEmpty() ? entryWord("no limit") : parts.join(u", "_s);
}

} // namespace gatehouse::ui
