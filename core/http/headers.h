// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::http {

/// Header fields in their order; names compare without case and may come several times.
class Headers
{
public:
    using Field = std::pair<std::string, std::string>;

    Headers() = default;
    Headers(std::initializer_list<Field> fields)
        : m_fields(fields)
    {}

    void add(std::string name, std::string value);
    /// Replaces all fields of this name.
    void set(std::string_view name, std::string value);
    void remove(std::string_view name);

    [[nodiscard]] bool has(std::string_view name) const { return first(name).has_value(); }
    [[nodiscard]] std::optional<std::string> first(std::string_view name) const;
    /// The first value, or "".
    [[nodiscard]] std::string text(std::string_view name) const
    {
        return first(name).value_or(std::string());
    }
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
    [[nodiscard]] const std::vector<Field>& fields() const { return m_fields; }

private:
    std::vector<Field> m_fields;
};

} // namespace gatehouse::http
