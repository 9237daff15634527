// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/forecast/forecast.h"

#include "core/usage/forecast/statistics.h"

#include <array>
#include <cmath>
#include <numeric>

namespace gatehouse::cost {

namespace {

constexpr std::size_t Enough = 35; ///< days from which on the rules can be tried on the past
constexpr int Origins = 12;        ///< days in the past from which they are tried
constexpr double NineOfTen = 1.645;
constexpr int LongestTry = 20; ///< days ahead
constexpr double QuietShare =
    0.35; ///< of the days without anything, from which on days are drawn, not levelled

/// What a rule expects of the days ahead.
std::vector<double> daysAhead(const DailySeries& series, const Season& season, const Level& level, int days)
{
    std::vector<double> ahead;
    for (int i = 0; i < days; ++i)
        ahead.push_back(level.at(i) * (1 + level.excess) *
                        season.factor(series.end() + std::chrono::days{i}));
    return ahead;
}

double sumOf(const std::vector<double>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// How wrong each rule was on the series' own past, as parts of what came.
std::array<std::vector<double>, LevelRules> pastErrors(const DailySeries& series, int ahead)
{
    std::array<std::vector<double>, LevelRules> errors;
    const int length = static_cast<int>(series.values.size());
    for (int i = 0; i < Origins; ++i) {
        const int known = length - ahead - 3 * i;
        if (known < 21)
            break;
        const Day from = series.first + std::chrono::days{known};
        const DailySeries past = series.before(from);
        const double actual = series.sum(from, from + std::chrono::days{ahead});
        const Season season = Season::of(past);
        for (std::size_t rule = 0; rule < LevelRules && actual > 0; ++rule) {
            const Level level = levelOf(past, season, static_cast<LevelRule>(rule));
            errors[rule].push_back(sumOf(daysAhead(past, season, level, ahead)) / actual - 1);
        }
    }
    return errors;
}

double meanSize(const std::vector<double>& errors)
{
    std::vector<double> sizes;
    for (const double error : errors)
        sizes.push_back(std::abs(error));
    return meanOf(sizes);
}

/// How much each rule counts, and how wrong they were together.
struct Choice
{
    std::array<double, LevelRules> weights{}; ///< sum to 1
    std::vector<double> errors;               ///< of the past; few or none with a short one

    [[nodiscard]] LevelRule heaviest() const
    {
        return static_cast<LevelRule>(std::max_element(weights.begin(), weights.end()) - weights.begin());
    }
};

/// Rules that were much worse on the series' own past do not count; those that were alike count alike.
Choice chooseRules(const DailySeries& series, int ahead)
{
    Choice choice;
    if (series.values.size() < Enough) {
        const LevelRule rule = series.values.size() < 14 ? LevelRule::Week : LevelRule::Fortnight;
        choice.weights[static_cast<std::size_t>(rule)] = 1;
        return choice;
    }
    const auto errors = pastErrors(series, std::min(ahead, LongestTry));
    double sum = 0;
    for (std::size_t rule = 0; rule < LevelRules; ++rule) {
        const double size = meanSize(errors[rule]) + 0.005;
        choice.weights[rule] = errors[rule].empty() ? 1 : 1 / (size * size * size * size);
        sum += choice.weights[rule];
    }
    for (double& weight : choice.weights)
        weight /= sum;
    choice.errors.resize(errors[0].size());
    for (std::size_t rule = 0; rule < LevelRules; ++rule) {
        for (std::size_t i = 0; i < choice.errors.size(); ++i)
            choice.errors[i] += choice.weights[rule] * errors[rule][i];
    }
    return choice;
}

/// A standard deviation of the expected sum, as a part of it: of the days themselves, of the level that they
/// stand on, and of how wrong the rule was before.
double uncertainty(const Level& level, const Choice& choice, int ahead)
{
    const double days = std::max(ahead, 1);
    const double stands = std::max<double>(static_cast<double>(std::min<std::size_t>(level.days, 28)), 2);
    const double noise = std::max(level.deviation, 0.03);
    double variance = noise * noise / days + noise * noise / stands;
    variance += level.excessDeviation * level.excessDeviation * (1 / days + 1.0 / 63);
    if (choice.heaviest() == LevelRule::Trend || choice.heaviest() == LevelRule::LongTrend) {
        const double slope =
            noise * std::sqrt(12.0) / std::pow(std::max<double>(static_cast<double>(level.days), 7), 1.5);
        variance += slope * slope * days * days / 4;
    }
    if (choice.errors.size() >= 4) {
        std::vector<double> squares;
        for (const double error : choice.errors)
            squares.push_back(std::min(error * error, 1.0));
        // Not all of what was seen: a past change of level is in it, and need not come again.
        variance += 0.75 * meanOf(squares);
    } else {
        variance += 0.01 + 0.5 / (stands * stands); // nothing is known of how it holds
    }
    return std::sqrt(variance);
}

bool isQuiet(const DailySeries& series, const Season& season)
{
    std::size_t empty = 0;
    std::size_t days = 0;
    const std::size_t from = series.values.size() > 56 ? series.values.size() - 56 : 0;
    for (std::size_t i = from; i < series.values.size(); ++i) {
        if (season.factor(series.first + std::chrono::days{static_cast<int>(i)}) < 0.2)
            continue;
        ++days;
        empty += series.values[i] <= 0 ? 1 : 0;
    }
    return static_cast<double>(empty) >= QuietShare * static_cast<double>(days);
}

/// A service that does something now and then: as much as in spans of the same length before.
void forecastQuiet(const DailySeries& series, int ahead, Forecast& out)
{
    const std::size_t size = std::min<std::size_t>(series.values.size(), 91);
    const std::vector<double> recent(series.values.end() - static_cast<std::ptrdiff_t>(size),
                                     series.values.end());
    const double perDay = meanOf(recent);
    std::vector<double> sums;
    const auto span = static_cast<std::size_t>(ahead);
    for (std::size_t i = 0; i + span <= recent.size(); ++i) {
        double sum = 0;
        for (std::size_t j = i; j < i + span; ++j)
            sum += recent[j];
        sums.push_back(sum);
    }
    const double expected = perDay * ahead;
    std::vector<double> squares;
    for (const double value : recent)
        squares.push_back((value - perDay) * (value - perDay));
    const double deviation =
        std::sqrt(meanOf(squares) * ahead * (1 + static_cast<double>(ahead) / static_cast<double>(size)));
    out.days.assign(span, perDay);
    out.total = out.spent + expected;
    out.low = out.spent + std::max(0.0, std::min(quantileOf(sums, 0.05), expected - NineOfTen * deviation));
    out.high = out.spent + std::max(quantileOf(sums, 0.95), expected + NineOfTen * deviation);
}

} // namespace

std::optional<Forecast> forecast(const DailySeries& series, Day asOf)
{
    DailySeries known = series.before(asOf);
    // Days before the service began are no days on which it spent nothing.
    const auto begun = std::find_if(known.values.begin(), known.values.end(), [](double v) { return v > 0; });
    known.first += std::chrono::days{static_cast<int>(begun - known.values.begin())};
    known.values.erase(known.values.begin(), begun);
    if (known.values.empty() || known.end() != asOf)
        return std::nullopt;
    Forecast out;
    out.month = monthOf(asOf);
    out.asOf = asOf;
    out.history = known.values.size();
    out.spent = known.sum(firstDay(out.month), asOf);
    const int ahead = static_cast<int>((dayAfter(out.month) - asOf).count());
    const Season season = Season::of(known);
    if (known.values.size() >= 14 && isQuiet(known, season)) {
        forecastQuiet(known, ahead, out);
        return out;
    }
    const Choice choice = chooseRules(known, ahead);
    out.rule = choice.heaviest();
    out.days.resize(static_cast<std::size_t>(ahead));
    for (std::size_t rule = 0; rule < LevelRules; ++rule) {
        if (choice.weights[rule] == 0)
            continue;
        const Level level = levelOf(known, season, static_cast<LevelRule>(rule));
        const std::vector<double> days = daysAhead(known, season, level, ahead);
        for (std::size_t i = 0; i < days.size(); ++i)
            out.days[i] += choice.weights[rule] * days[i];
    }
    const double expected = sumOf(out.days);
    const Level level = levelOf(known, season, out.rule);
    const double reach = NineOfTen * uncertainty(level, choice, ahead);
    out.total = out.spent + expected;
    out.low = out.spent + expected * std::max(0.0, 1 - reach);
    out.high = out.spent + expected * (1 + reach);
    return out;
}

std::optional<double> straightLine(const DailySeries& series, Day asOf)
{
    const Month month = monthOf(asOf);
    const auto gone = (asOf - firstDay(month)).count();
    if (gone == 0)
        return std::nullopt;
    return series.sum(firstDay(month), asOf) / static_cast<double>(gone) * daysIn(month);
}

std::optional<Day> Forecast::reaches(double amount, const DailySeries& series, int spread) const
{
    double sum = 0;
    for (Day day = firstDay(month); day < asOf; day += std::chrono::days{1}) {
        sum += day >= series.first && day < series.end() ? series.values[series.indexOf(day)] : 0;
        if (sum >= amount)
            return day;
    }
    const std::vector<double> ahead = course(spread);
    for (std::size_t i = 0; i < ahead.size(); ++i) {
        if (ahead[i] >= amount)
            return asOf + std::chrono::days{static_cast<int>(i)};
    }
    return std::nullopt;
}

std::vector<double> Forecast::course(int spread) const
{
    const double rest = total - spent;
    const double wanted = (spread < 0 ? low : spread > 0 ? high : total) - spent;
    const double scale = rest > 0 ? wanted / rest : 1;
    std::vector<double> sums;
    double sum = spent;
    for (const double day : days)
        sums.push_back(sum += day * scale);
    return sums;
}

std::vector<BacktestMonth> backtest(const DailySeries& series, int dayOfMonth)
{
    std::vector<BacktestMonth> months;
    for (Month month = monthOf(series.first); dayAfter(month) <= series.end();
         month += std::chrono::months{1}) {
        const Day asOf = firstDay(month) + std::chrono::days{dayOfMonth};
        if (asOf - series.first < std::chrono::days{28})
            continue;
        const double actual = series.sum(firstDay(month), dayAfter(month));
        const std::optional<Forecast> ours = forecast(series, asOf);
        const std::optional<double> line = straightLine(series, asOf);
        if (ours && line && actual > 0)
            months.push_back({month, actual, ours->total, ours->low, ours->high, *line});
    }
    return months;
}

BacktestSummary summaryOf(const std::vector<BacktestMonth>& months)
{
    BacktestSummary summary;
    std::vector<double> ours;
    std::vector<double> lines;
    std::size_t inside = 0;
    for (const BacktestMonth& month : months) {
        ours.push_back(std::abs(month.forecast - month.actual) / month.actual);
        lines.push_back(std::abs(month.straight - month.actual) / month.actual);
        inside += month.actual >= month.low && month.actual <= month.high ? 1 : 0;
    }
    summary.months = months.size();
    summary.medianError = medianOf(ours);
    summary.medianStraightError = medianOf(lines);
    summary.covered = months.empty() ? 0 : static_cast<double>(inside) / static_cast<double>(months.size());
    return summary;
}

} // namespace gatehouse::cost
