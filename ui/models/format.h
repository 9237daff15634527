// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <QtCore/QDateTime>
#include <QtCore/QString>

#include <cstdint>
#include <optional>

/// How figures and moments are written on screen. Exact values go to tool tips and to the clipboard. An
/// unknown value is always "–", never 0.
namespace gatehouse::ui {

/// "–"
[[nodiscard]] QString unknownText();
/// Three significant digits and a unit: 987, 1.24 k, 12.0 M, 1.02 B. NaN is unknown.
[[nodiscard]] QString formatAmount(double value);
/// The same without zeros behind the point, for axes: 1.5 M, 500 k.
[[nodiscard]] QString formatTick(double value);
/// All digits, grouped by narrow spaces: 12 345 678.
[[nodiscard]] QString formatExact(std::int64_t value);
/// Of a share 0..1: "0.42 %", "1.00 %", "12.3 %".
[[nodiscard]] QString formatShare(std::optional<double> share);
/// "8.40 ms", "87 ms", from a second on "1.24 s".
[[nodiscard]] QString formatMilliseconds(std::optional<double> milliseconds);
/// Largest two units: "45 s", "3 min 20 s", "2 h 5 min", "4 d 3 h".
[[nodiscard]] QString formatSpan(std::chrono::seconds span);
/// "just now", "12 s old", "4 min old".
[[nodiscard]] QString formatAge(std::chrono::seconds age);

/// UTC moments in the local zone.
[[nodiscard]] QDateTime toLocal(DateTime moment);
[[nodiscard]] DateTime fromLocal(const QDateTime& moment);
/// "21 Nov, 14:05" in the user's locale; with seconds "14:05:09".
[[nodiscard]] QString formatMoment(DateTime moment, bool seconds = false);
/// "Sat 21 Nov, 14:05"; the day alone where buckets are whole days.
[[nodiscard]] QString formatBucket(DateTime start, Ticks bucket);
/// The name of the zone that moments are shown in: "CET", "UTC".
[[nodiscard]] QString zoneName();
/// "per minute", "per 15 min", "per hour", "per day".
[[nodiscard]] QString formatBucketSize(Ticks bucket);

/// text as HTML that shows exactly that text: tool tips guess whether they were given markup.
[[nodiscard]] QString plainToolTip(const QString& text);

[[nodiscard]] inline QString fromText(const std::string& text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace gatehouse::ui
