// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/aggregatestates.h"
#include "core/kql/functions/json.h"
#include "core/kql/values.h"

#include <algorithm>
#include <map>
#include <memory>

namespace gatehouse::kql {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

/// What shapes the values at one place of a dynamic had.
class Shape
{
public:
    void add(element value)
    {
        if (value.is_object()) {
            m_bag = true;
            for (const auto& [key, child] : simdjson::dom::object(value))
                childOf(key).add(child);
        } else if (value.is_array()) {
            m_array = true;
            for (const element child : simdjson::dom::array(value))
                childOf(Indexer).add(child);
        } else if (const auto name = nameOf(value.type()); !name.empty()) {
            if (std::find(m_types.begin(), m_types.end(), name) == m_types.end())
                m_types.push_back(name);
        }
    }

    /// One type as a text, a bag or an array as a bag of what is in it, several as an array.
    void append(std::string& json) const
    {
        const bool bag = m_bag || m_array;
        const std::size_t count = m_types.size() + (bag ? 1 : 0);
        json += count > 1 ? "[" : "";
        bool first = true;
        for (const std::string_view type : m_types) {
            json += first ? "" : ",";
            first = false;
            appendJsonString(json, type);
        }
        if (bag) {
            json += first ? "{" : ",{";
            for (const auto& [key, child] : m_children) {
                json += json.back() == '{' ? "" : ",";
                appendJsonString(json, key);
                json += ':';
                child->append(json);
            }
            json += '}';
        } else if (count == 0) {
            json += "\"null\"";
        }
        json += count > 1 ? "]" : "";
    }

    [[nodiscard]] std::size_t size() const
    {
        std::size_t total = 1;
        for (const auto& [key, child] : m_children)
            total += child->size();
        return total;
    }

private:
    static constexpr std::string_view Indexer = "`indexer`";

    Shape& childOf(std::string_view key)
    {
        auto found = m_children.find(key);
        if (found == m_children.end())
            found = m_children.emplace(std::string(key), std::make_unique<Shape>()).first;
        return *found->second;
    }
    static std::string_view nameOf(element_type type)
    {
        switch (type) {
        case element_type::INT64:
        case element_type::UINT64:
            return "long";
        case element_type::DOUBLE:
            return "double";
        case element_type::STRING:
            return "string";
        case element_type::BOOL:
            return "bool";
        default:
            return {};
        }
    }

    bool m_bag = false;
    bool m_array = false;
    std::vector<std::string_view> m_types;
    std::map<std::string, std::unique_ptr<Shape>, std::less<>> m_children;
};

class SchemaState final : public Aggregate
{
public:
    explicit SchemaState(Evaluation& evaluation)
        : m_evaluation(evaluation)
    {}
    void grow(std::size_t groups) override { m_groups.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        forEachValue(groups, args, [&](std::uint32_t group, std::size_t at) {
            const auto value = m_evaluation.json().read(args[0].column->textAt(at));
            if (value)
                m_groups[group].add(*value);
        });
        m_nodes = 0;
        for (const Shape& shape : m_groups)
            m_nodes += shape.size();
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        std::string json;
        m_groups[group].append(json);
        out[0].appendText(json);
    }
    [[nodiscard]] std::size_t memoryBytes() const override { return m_nodes * 160; }

private:
    Evaluation& m_evaluation;
    std::size_t m_nodes = 0;
    std::vector<Shape> m_groups;
};

} // namespace

std::shared_ptr<const AggregateFactory> schemaFactory()
{
    return factoryOf([](Evaluation& evaluation) { return std::make_unique<SchemaState>(evaluation); });
}

} // namespace gatehouse::kql
