// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::kql {

/// An estimate of how many distinct values were seen that can be merged with others: the hashes themselves
/// while they are few (then it is exact), 16,384 HyperLogLog registers when they are many.
class DistinctSketch
{
public:
    void add(std::uint64_t hash);
    void merge(const DistinctSketch& other);
    [[nodiscard]] std::int64_t estimate() const;
    [[nodiscard]] std::size_t memoryBytes() const;

    /// As the dynamic value that hll() answers and back.
    [[nodiscard]] std::string json() const;
    [[nodiscard]] static std::optional<DistinctSketch> read(simdjson::dom::element value);

private:
    void addToRegisters(std::uint64_t hash);
    void useRegisters();

    std::set<std::uint64_t> m_hashes;
    std::vector<std::uint8_t> m_registers; ///< empty while the hashes are kept
};

/// The distribution of numbers with weights, that can be merged: the values themselves while they are few, a
/// t-digest when they are many.
class DigestSketch
{
public:
    /// The type says how values are written: whole numbers, reals, moments or spans.
    void add(double value, double weight, ColumnType type);
    void merge(const DigestSketch& other);
    [[nodiscard]] double total() const { return m_total; }
    [[nodiscard]] std::size_t memoryBytes() const { return m_points.capacity() * sizeof(Point); }

    /// The value at a percentage by nearest rank; only of a digest that is not empty.
    [[nodiscard]] double percentile(double percent);
    /// The weight of all that is not above a value.
    [[nodiscard]] double rank(double value);
    /// A value as JSON, of the type that was added; a real when there were several.
    void appendValue(std::string& json, double value) const;

    [[nodiscard]] std::string json();
    [[nodiscard]] static std::optional<DigestSketch> read(simdjson::dom::element value);

private:
    struct Point
    {
        double value = 0;
        double weight = 0;
    };
    void arrange();

    std::vector<Point> m_points;
    double m_total = 0;
    std::optional<ColumnType> m_type;
    bool m_arranged = true;
};

} // namespace gatehouse::kql
