// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/sketches.h"

#include "core/base/encoding.h"
#include "core/kql/values.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace gatehouse::kql {

namespace {

constexpr unsigned RegisterBits = 14;
constexpr std::size_t Registers = std::size_t{1} << RegisterBits;
constexpr std::size_t MostHashes = 2048;

constexpr std::size_t MostPoints = 2048; // kept as they are
constexpr double Compression = 500;

/// A value of a digest's JSON with its type.
std::optional<std::pair<double, ColumnType>> digestValue(simdjson::dom::element item)
{
    double number = 0;
    if (item.get(number) == simdjson::SUCCESS)
        return std::pair(number, item.is_int64() ? ColumnType::Long : ColumnType::Real);
    std::string_view text;
    if (item.get(text) != simdjson::SUCCESS)
        return std::nullopt;
    if (const auto moment = readDateTime(text))
        return std::pair(static_cast<double>(*moment), ColumnType::DateTime);
    if (const auto span = readTimespan(text))
        return std::pair(static_cast<double>(*span), ColumnType::Timespan);
    const auto real = readReal(text); // an infinity
    return real ? std::optional(std::pair(*real, ColumnType::Real)) : std::nullopt;
}

} // namespace

void DistinctSketch::add(std::uint64_t hash)
{
    if (!m_registers.empty()) {
        addToRegisters(hash);
        return;
    }
    m_hashes.insert(hash);
    if (m_hashes.size() > MostHashes)
        useRegisters();
}

void DistinctSketch::addToRegisters(std::uint64_t hash)
{
    const auto rank = static_cast<std::uint8_t>(std::countl_zero(hash << RegisterBits | (Registers - 1)) + 1);
    std::uint8_t& held = m_registers[hash >> (64 - RegisterBits)];
    held = std::max(held, rank);
}

void DistinctSketch::useRegisters()
{
    m_registers.assign(Registers, 0);
    for (const std::uint64_t hash : m_hashes)
        addToRegisters(hash);
    m_hashes.clear();
}

void DistinctSketch::merge(const DistinctSketch& other)
{
    for (const std::uint64_t hash : other.m_hashes)
        add(hash);
    if (other.m_registers.empty())
        return;
    if (m_registers.empty())
        useRegisters();
    for (std::size_t i = 0; i < Registers; ++i)
        m_registers[i] = std::max(m_registers[i], other.m_registers[i]);
}

std::int64_t DistinctSketch::estimate() const
{
    if (m_registers.empty())
        return static_cast<std::int64_t>(m_hashes.size());
    constexpr auto Count = static_cast<double>(Registers);
    double sum = 0;
    double zeros = 0;
    for (const std::uint8_t rank : m_registers) {
        sum += std::ldexp(1.0, -rank);
        zeros += rank == 0 ? 1 : 0;
    }
    const double raw = 0.7213 / (1 + 1.079 / Count) * Count * Count / sum;
    const bool few = raw <= 2.5 * Count && zeros > 0; // linear counting is better there
    return static_cast<std::int64_t>(std::llround(few ? Count * std::log(Count / zeros) : raw));
}

std::size_t DistinctSketch::memoryBytes() const
{
    return m_hashes.size() * 48 + m_registers.capacity();
}

std::string DistinctSketch::json() const
{
    std::string json = "[[" + std::to_string(RegisterBits) + "],";
    if (!m_registers.empty()) {
        const std::string bytes(m_registers.begin(), m_registers.end());
        return json + '"' + toBase64(bytes) + "\"]";
    }
    json += '[';
    for (const std::uint64_t hash : m_hashes) {
        json += json.back() == '[' ? "" : ",";
        appendInteger(json, static_cast<std::int64_t>(hash));
    }
    return json + "]]";
}

std::optional<DistinctSketch> DistinctSketch::read(simdjson::dom::element value)
{
    simdjson::dom::array parts;
    simdjson::dom::element body;
    if (value.get(parts) != simdjson::SUCCESS || parts.size() != 2 ||
        parts.at(1).get(body) != simdjson::SUCCESS)
        return std::nullopt;
    DistinctSketch sketch;
    std::string_view text;
    if (body.get(text) == simdjson::SUCCESS) {
        const auto bytes = fromBase64(text);
        if (!bytes || bytes->size() != Registers)
            return std::nullopt;
        for (const char byte : *bytes)
            sketch.m_registers.push_back(std::min<std::uint8_t>(static_cast<unsigned char>(byte), 64));
        return sketch;
    }
    simdjson::dom::array hashes;
    if (body.get(hashes) != simdjson::SUCCESS)
        return std::nullopt;
    for (const auto item : hashes) {
        std::int64_t hash = 0;
        if (item.get(hash) != simdjson::SUCCESS)
            return std::nullopt;
        sketch.add(static_cast<std::uint64_t>(hash));
    }
    return sketch;
}

void DigestSketch::add(double value, double weight, ColumnType type)
{
    if (std::isnan(value) || !(weight > 0))
        return;
    m_points.push_back({value, weight});
    m_total += weight;
    if (m_type.value_or(type) != type)
        type = ColumnType::Real;
    m_type = type;
    m_arranged = false;
    if (m_points.size() > 4 * MostPoints)
        arrange();
}

void DigestSketch::merge(const DigestSketch& other)
{
    for (const Point& point : other.m_points)
        add(point.value, point.weight, other.m_type.value_or(ColumnType::Real));
}

/// Sorts, joins what is equal and, beyond the bound, joins neighbours: fewer at the ends, where precision
/// counts.
void DigestSketch::arrange()
{
    if (m_arranged)
        return;
    m_arranged = true;
    std::sort(m_points.begin(), m_points.end(),
              [](const Point& a, const Point& b) { return a.value < b.value; });
    const bool many = m_points.size() > MostPoints;
    std::vector<Point> joined;
    double before = 0; // the weight in front of the last point
    for (const Point& point : m_points) {
        if (joined.empty()) {
            joined.push_back(point);
            continue;
        }
        Point& last = joined.back();
        const double together = last.weight + point.weight;
        const double middle = (before + together / 2) / m_total;
        const bool near = many && together <= 4 * m_total * middle * (1 - middle) / Compression;
        if (last.value == point.value) {
            last.weight = together;
        } else if (near) {
            last.value += (point.value - last.value) * point.weight / together;
            last.weight = together;
            if (m_type == ColumnType::Long)
                m_type = ColumnType::Real;
        } else {
            before += last.weight;
            joined.push_back(point);
        }
    }
    m_points = std::move(joined);
}

double DigestSketch::percentile(double percent)
{
    arrange();
    const double wanted = std::ceil(std::clamp(percent, 0.0, 100.0) / 100 * m_total);
    double seen = 0;
    for (const Point& point : m_points) {
        seen += point.weight;
        if (seen >= wanted)
            return point.value;
    }
    return m_points.back().value;
}

double DigestSketch::rank(double value)
{
    arrange();
    double seen = 0;
    for (const Point& point : m_points) {
        if (point.value > value)
            break;
        seen += point.weight;
    }
    return seen;
}

void DigestSketch::appendValue(std::string& json, double value) const
{
    const bool fits = std::fabs(value) < 9.2e18;
    const std::int64_t whole = fits ? static_cast<std::int64_t>(value) : 0;
    if (m_type == ColumnType::Long && fits)
        appendInteger(json, whole);
    else if (m_type == ColumnType::DateTime && fits && whole >= 0)
        appendJsonString(json, dateTimeToText(whole));
    else if (m_type == ColumnType::Timespan && fits)
        appendJsonString(json, formatTimespan(Ticks(whole)));
    else
        appendJsonReal(json, value);
}

std::string DigestSketch::json()
{
    arrange();
    std::string values = "[";
    std::string weights = "[";
    for (const Point& point : m_points) {
        if (values.size() > 1) {
            values += ',';
            weights += ',';
        }
        appendValue(values, point.value);
        if (point.weight == std::floor(point.weight) && point.weight < 9.2e18)
            appendInteger(weights, static_cast<std::int64_t>(point.weight));
        else
            appendJsonReal(weights, point.weight);
    }
    return "[[" + std::to_string(m_points.size()) + "]," + values + "]," + weights + "]]";
}

std::optional<DigestSketch> DigestSketch::read(simdjson::dom::element json)
{
    simdjson::dom::array parts;
    simdjson::dom::array values;
    simdjson::dom::array weights;
    if (json.get(parts) != simdjson::SUCCESS || parts.size() != 3 ||
        parts.at(1).get(values) != simdjson::SUCCESS || parts.at(2).get(weights) != simdjson::SUCCESS)
        return std::nullopt;
    DigestSketch sketch;
    auto weight = weights.begin();
    for (const auto item : values) {
        const auto value = digestValue(item);
        double count = 0;
        if (!(weight != weights.end()) || !value || (*weight).get(count) != simdjson::SUCCESS)
            return std::nullopt;
        sketch.add(value->first, count, value->second);
        ++weight;
    }
    return sketch;
}

} // namespace gatehouse::kql
