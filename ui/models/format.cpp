// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>
#include <QtCore/QTimeZone>

#include <array>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr QChar NarrowSpace(0x202F); // does not break

/// Three significant digits; 0 <= value < 1000.
QString threeDigits(double value)
{
    const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return QString::number(value, 'f', decimals).replace(u'.', QLocale().decimalPoint());
}

/// Without zeros behind the point.
QString trimmed(QString text)
{
    const QString point = QLocale().decimalPoint();
    if (!text.contains(point))
        return text;
    while (text.endsWith(u'0'))
        text.chop(1);
    if (text.endsWith(point))
        text.chop(point.size());
    return text;
}

QString withUnit(double value, bool keepZeros)
{
    if (!std::isfinite(value))
        return unknownText();
    constexpr std::array<const char*, 5> Units{"", "k", "M", "B", "T"};
    double magnitude = std::fabs(value);
    std::size_t unit = 0;
    // 999.5 would be written as 1000.
    while (magnitude >= 999.5 && unit + 1 < Units.size()) {
        magnitude /= 1000;
        ++unit;
    }
    QString digits = threeDigits(magnitude);
    if (!keepZeros || unit == 0)
        digits = trimmed(digits);
    QString text = (value < 0 ? u"−"_s : QString()) + digits;
    if (unit > 0)
        text += NarrowSpace + QString::fromLatin1(Units[unit]);
    return text;
}

QString grouped(QString digits)
{
    for (qsizetype at = digits.size() - 3; at > 0; at -= 3)
        digits.insert(at, NarrowSpace);
    return digits;
}

QString formatWord(const char* text, int count = -1)
{
    return QCoreApplication::translate("Format", text, nullptr, count);
}

} // namespace

QString unknownText()
{
    return u"–"_s;
}

QString formatAmount(double value)
{
    return withUnit(value, true);
}

QString formatTick(double value)
{
    return withUnit(value, false);
}

QString formatExact(std::int64_t value)
{
    const QString digits = QString::number(value);
    return value < 0 ? u"−"_s + grouped(digits.mid(1)) : grouped(digits);
}

QString formatShare(std::optional<double> share)
{
    if (!share || !std::isfinite(*share))
        return unknownText();
    const double percent = *share * 100;
    if (percent > 0 && percent < 0.005)
        return u"<"_s + NarrowSpace + threeDigits(0.01) + NarrowSpace + u'%';
    const bool whole = percent == 0 || percent == 100;
    return (whole ? QString::number(percent) : threeDigits(percent)) + NarrowSpace + u'%';
}

QString formatMilliseconds(std::optional<double> milliseconds)
{
    if (!milliseconds || !std::isfinite(*milliseconds))
        return unknownText();
    if (*milliseconds >= 999.5)
        return threeDigits(*milliseconds / 1000) + NarrowSpace + u's';
    if (*milliseconds < 10)
        return threeDigits(*milliseconds) + NarrowSpace + u"ms"_s;
    return QString::number(std::llround(*milliseconds)) + NarrowSpace + u"ms"_s;
}

QString formatSpan(std::chrono::seconds span)
{
    const auto total = std::max<std::int64_t>(0, span.count());
    const auto two = [](std::int64_t big, const char* bigUnit, std::int64_t small, const char* smallUnit) {
        QString text = QString::number(big) + NarrowSpace + QString::fromLatin1(bigUnit);
        if (small > 0)
            text += u' ' + QString::number(small) + NarrowSpace + QString::fromLatin1(smallUnit);
        return text;
    };
    if (total < 60)
        return QString::number(total) + NarrowSpace + u's';
    if (total < 3600)
        return two(total / 60, "min", total % 60, "s");
    if (total < 86'400)
        return two(total / 3600, "h", total % 3600 / 60, "min");
    return two(total / 86'400, "d", total % 86'400 / 3600, "h");
}

QString formatAge(std::chrono::seconds age)
{
    return age.count() < 2 ? formatWord("just now") : formatWord("%1 old").arg(formatSpan(age));
}

QDateTime toLocal(DateTime moment)
{
    return QDateTime::fromMSecsSinceEpoch(moment.unixMilliseconds());
}

DateTime fromLocal(const QDateTime& moment)
{
    return DateTime::fromUnix(std::chrono::milliseconds(moment.toMSecsSinceEpoch()));
}

QString formatMoment(DateTime moment, bool seconds)
{
    return QLocale().toString(toLocal(moment), seconds ? u"d MMM, HH:mm:ss"_s : u"d MMM, HH:mm"_s);
}

QString formatBucket(DateTime start, Ticks bucket)
{
    return QLocale().toString(toLocal(start),
                              bucket >= std::chrono::hours(24) ? u"ddd d MMM"_s : u"ddd d MMM, HH:mm"_s);
}

QString zoneName()
{
    return QTimeZone::systemTimeZone().displayName(QTimeZone::GenericTime, QTimeZone::ShortName);
}

QString formatBucketSize(Ticks bucket)
{
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(bucket).count();
    if (minutes <= 1)
        return formatWord("per minute");
    if (minutes < 60)
        return formatWord("per %1 min").arg(minutes);
    if (minutes == 60)
        return formatWord("per hour");
    return minutes < 1440 ? formatWord("per %1 h").arg(minutes / 60) : formatWord("per day");
}

QString plainToolTip(const QString& text)
{
    return text.isEmpty() ? QString() : u"<qt>"_s + text.toHtmlEscaped() + u"</qt>"_s;
}

} // namespace gatehouse::ui
