// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gatehouse::cost {

using TextId = std::uint32_t;

/// Texts by number, so that a row and a rollup hold numbers. 0 is "". Numbers are given once and kept.
class Texts
{
public:
    Texts() { (void)idOf(""); }

    TextId idOf(std::string_view text)
    {
        const auto found = m_ids.find(std::string(text));
        if (found != m_ids.end())
            return found->second;
        const auto id = static_cast<TextId>(m_texts.size());
        m_texts.emplace_back(text);
        m_ids.emplace(m_texts.back(), id);
        return id;
    }
    [[nodiscard]] const std::string& operator[](TextId id) const { return m_texts[id]; }
    [[nodiscard]] std::size_t size() const { return m_texts.size(); }

private:
    std::vector<std::string> m_texts;
    std::unordered_map<std::string, TextId> m_ids;
};

} // namespace gatehouse::cost
