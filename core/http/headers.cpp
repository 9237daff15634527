// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/headers.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::http {

void Headers::add(std::string name, std::string value)
{
    m_fields.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string_view name, std::string value)
{
    remove(name);
    add(std::string(name), std::move(value));
}

void Headers::remove(std::string_view name)
{
    std::erase_if(m_fields, [&](const Field& field) { return equalsIgnoreCase(field.first, name); });
}

std::optional<std::string> Headers::first(std::string_view name) const
{
    const auto found = std::find_if(m_fields.begin(), m_fields.end(),
                                    [&](const Field& field) { return equalsIgnoreCase(field.first, name); });
    return found == m_fields.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Headers::all(std::string_view name) const
{
    std::vector<std::string> values;
    for (const Field& field : m_fields) {
        if (equalsIgnoreCase(field.first, name))
            values.push_back(field.second);
    }
    return values;
}

} // namespace gatehouse::http
