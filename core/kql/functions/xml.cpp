// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/kernels.h"
#include "core/kql/values.h"

#include <pugixml.hpp>

#include <array>
#include <map>

namespace gatehouse::kql {

namespace {

constexpr int MaxDepth = 100;                         // JSON readers take 128
constexpr std::size_t MaxXml = std::size_t{1} << 20U; // as long as a text may be

void appendElement(std::string& json, const pugi::xml_node& element, int depth);

/// Elements of one name are one member: an array when there are several.
void appendChildren(std::string& json, const pugi::xml_node& element, int depth)
{
    std::vector<std::string_view> order;
    std::map<std::string_view, std::vector<pugi::xml_node>> named;
    for (const pugi::xml_node& child : element.children()) {
        if (child.type() != pugi::node_element)
            continue;
        auto& same = named[child.name()];
        if (same.empty())
            order.emplace_back(child.name());
        same.push_back(child);
    }
    for (const std::string_view name : order) {
        const auto& same = named[name];
        json += json.back() == '{' ? "" : ",";
        appendJsonString(json, name);
        json += same.size() > 1 ? ":[" : ":";
        for (std::size_t i = 0; i < same.size(); ++i) {
            json += i > 0 ? "," : "";
            appendElement(json, same[i], depth + 1);
        }
        json += same.size() > 1 ? "]" : "";
    }
}

/// An element with text only is its text, an empty one null, others a bag: attributes as @name, text as
/// #text.
void appendElement(std::string& json, const pugi::xml_node& element, int depth)
{
    std::string text;
    bool children = false;
    for (const pugi::xml_node& child : element.children()) {
        children = children || child.type() == pugi::node_element;
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
            text += child.value();
    }
    if (depth > MaxDepth || (!children && element.attributes().empty())) {
        if (text.empty())
            json += "null";
        else
            appendJsonString(json, text);
        return;
    }
    json += '{';
    for (const pugi::xml_attribute& attribute : element.attributes()) {
        json += json.back() == '{' ? "" : ",";
        appendJsonString(json, std::string("@") + attribute.name());
        json += ':';
        appendJsonString(json, attribute.value());
    }
    if (!text.empty()) {
        json += json.back() == '{' ? "" : ",";
        json += "\"#text\":";
        appendJsonString(json, text);
    }
    appendChildren(json, element, depth);
    json += '}';
}

void parseXml(Evaluation& evaluation, std::span<const Datum> args, Column& out)
{
    pugi::xml_document document;
    // Entities of a DTD are not expanded: pugixml knows only the five of XML itself.
    const bool read =
        args[0].text.size() <= MaxXml &&
        document.load_buffer(args[0].text.data(), args[0].text.size(),
                             pugi::parse_default | pugi::parse_trim_pcdata, pugi::encoding_utf8);
    if (!read || !document.document_element()) {
        out.appendNull();
        return;
    }
    std::string& json = evaluation.scratch;
    json = "{";
    appendChildren(json, document, 0);
    json += '}';
    out.appendText(json);
}

const std::array XmlFunctions = {
    FunctionSpec{"parse_xml", "s", 'j', parseXml, nullptr, FunctionSpec::NullIfAnyNull},
};

} // namespace

std::span<const FunctionSpec> xmlFunctions()
{
    return XmlFunctions;
}

} // namespace gatehouse::kql
