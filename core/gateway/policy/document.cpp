// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/document.h"

#include "core/gateway/policy/policydata.h"
#include "core/gateway/policy/xmltext.h"

#include <pugixml.hpp>

#include <algorithm>
#include <array>

namespace gatehouse::gateway {

namespace {

constexpr std::array<std::string_view, 4> Sections{"inbound", "backend", "outbound", "on-error"};

const char* nameOf(PolicyDocument::Root root)
{
    return root == PolicyDocument::Root::Policies ? "policies" : "fragment";
}

/// Fills data.elements from pugixml's tree, which lists the elements in the same order as the markup does.
/// Two readers see each document; where they do not agree it is refused rather than edited at the wrong
/// place.
class TreeReader
{
public:
    explicit TreeReader(PolicyData& data)
        : m_data(data)
    {}

    bool read(const pugi::xml_node& node)
    {
        const std::size_t index = m_data.elements.size();
        if (index >= m_data.markup.elements.size())
            return false;
        const MarkupElement& markup = m_data.markup.elements[index];
        DecodedElement& element = m_data.elements.emplace_back();
        element.name = node.name();
        for (const pugi::xml_attribute& attribute : node.attributes())
            element.attributes.push_back({attribute.name(), attribute.value()});
        if (node.offset_debug() != static_cast<std::ptrdiff_t>(markup.nameStart()) ||
            element.attributes.size() != markup.attributes.size())
            return false;
        if (markup.parent != NoIndex)
            m_data.elements[markup.parent].children.push_back(index);
        return readChildren(node, index);
    }

private:
    bool readChildren(const pugi::xml_node& node, std::size_t index)
    {
        for (const pugi::xml_node& child : node.children()) {
            if (child.type() == pugi::node_element && !read(child))
                return false;
            if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
                m_data.elements[index].text += child.value();
        }
        return true;
    }

    PolicyData& m_data;
};

/// Empty when all is well.
std::optional<PolicyProblem> decode(PolicyData& data)
{
    pugi::xml_document tree;
    const pugi::xml_parse_result result = tree.load_buffer(
        data.text.data(), data.text.size(), pugi::parse_default | pugi::parse_ws_pcdata, pugi::encoding_utf8);
    TreeReader reader(data);
    if (result && reader.read(tree.document_element()) &&
        data.elements.size() == data.markup.elements.size()) {
        for (std::size_t i = 0; i < data.markup.comments.size(); ++i)
            data.elements[data.markup.comments[i].parent].comments.push_back(i);
        return std::nullopt;
    }
    PolicyProblem problem;
    problem.element = nameOf(data.root);
    problem.position = placeIn(data.text, result ? 0 : static_cast<std::size_t>(result.offset), 1);
    problem.message = "The text cannot be read as XML from here on.";
    return problem;
}

std::optional<PolicyProblem> checkSections(const PolicyData& data)
{
    const DecodedElement& root = data.elements.front();
    if (root.name != nameOf(data.root)) {
        std::string message = "The root element must be <";
        message += nameOf(data.root);
        message += ">, not <";
        message += root.name;
        message += ">.";
        return problemAt(data, 0, std::move(message));
    }
    if (data.root == PolicyDocument::Root::Fragment)
        return std::nullopt;
    const std::size_t text = data.markup.elements.front().firstText;
    if (text != NoIndex) {
        PolicyProblem problem = problemAt(data, 0, "Text has no place between the sections.");
        problem.position = data.place(text, text + 1);
        return problem;
    }
    std::vector<std::string_view> seen;
    for (const std::size_t child : root.children) {
        const std::string& name = data.elements[child].name;
        if (std::find(Sections.begin(), Sections.end(), name) == Sections.end())
            return problemAt(data, child,
                             "Only the sections inbound, backend, outbound and on-error may stand in "
                             "<policies>.");
        if (std::find(seen.begin(), seen.end(), name) != seen.end())
            return problemAt(data, child, "The section is given twice.");
        seen.push_back(name);
    }
    return std::nullopt;
}

} // namespace

TextPosition PolicyData::place(std::size_t start, std::size_t end) const
{
    return placeIn(text, start, end - start);
}

std::size_t PolicyData::elementAt(std::size_t start) const
{
    const auto found =
        std::lower_bound(markup.elements.begin(), markup.elements.end(), start,
                         [](const MarkupElement& element, std::size_t at) { return element.start < at; });
    return found != markup.elements.end() && found->start == start
               ? static_cast<std::size_t>(found - markup.elements.begin())
               : NoIndex;
}

std::size_t PolicyData::attributeOf(std::size_t element, std::string_view name) const
{
    const auto& attributes = elements[element].attributes;
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const PolicyAttribute& one) { return one.name == name; });
    return found == attributes.end() ? NoIndex : static_cast<std::size_t>(found - attributes.begin());
}

PolicyProblem problemAt(const PolicyData& data, std::size_t element, std::string message)
{
    const MarkupElement& markup = data.markup.elements[element];
    PolicyProblem problem;
    problem.element = data.elements[element].name;
    problem.position = data.place(markup.nameStart(), markup.nameEnd);
    problem.message = std::move(message);
    return problem;
}

PolicyElement::PolicyElement(std::shared_ptr<const PolicyData> data, std::size_t index)
    : m_data(std::move(data))
    , m_index(index)
{}

const std::string& PolicyElement::name() const
{
    return m_data->elements[m_index].name;
}

const std::vector<PolicyAttribute>& PolicyElement::attributes() const
{
    return m_data->elements[m_index].attributes;
}

std::optional<std::string> PolicyElement::attribute(std::string_view name) const
{
    const std::size_t found = m_data->attributeOf(m_index, name);
    return found == NoIndex ? std::nullopt : std::optional(attributes()[found].value);
}

const std::string& PolicyElement::text() const
{
    return m_data->elements[m_index].text;
}

std::vector<PolicyElement> PolicyElement::children() const
{
    std::vector<PolicyElement> list;
    for (const std::size_t index : m_data->elements[m_index].children)
        list.emplace_back(m_data, index);
    return list;
}

std::vector<PolicyComment> PolicyElement::comments() const
{
    std::vector<PolicyComment> list;
    for (const std::size_t index : m_data->elements[m_index].comments)
        list.emplace_back(m_data, index);
    return list;
}

std::optional<PolicyElement> PolicyElement::parent() const
{
    const std::size_t above = m_data->markup.elements[m_index].parent;
    return above == NoIndex ? std::nullopt : std::optional(PolicyElement(m_data, above));
}

std::vector<PolicyStep> PolicyElement::path() const
{
    std::vector<PolicyStep> steps;
    for (auto above = parent(); above && above->m_index != 0; above = above->parent())
        steps.push_back({above->name(), above->name() == "when"
                                            ? above->attribute("condition").value_or(std::string())
                                            : std::string()});
    std::reverse(steps.begin(), steps.end());
    return steps;
}

TextPosition PolicyElement::position() const
{
    const MarkupElement& markup = m_data->markup.elements[m_index];
    return m_data->place(markup.nameStart(), markup.nameEnd);
}

TextPosition PolicyElement::positionOf(std::string_view attribute) const
{
    const std::size_t found = m_data->attributeOf(m_index, attribute);
    if (found == NoIndex)
        return position();
    const MarkupAttribute& markup = m_data->markup.elements[m_index].attributes[found];
    return m_data->place(markup.nameStart, markup.nameEnd);
}

std::optional<TextPosition> PolicyElement::textPosition() const
{
    const std::size_t text = m_data->markup.elements[m_index].firstText;
    return text == NoIndex ? std::nullopt : std::optional(m_data->place(text, text + 1));
}

PolicyComment::PolicyComment(std::shared_ptr<const PolicyData> data, std::size_t index)
    : m_data(std::move(data))
    , m_index(index)
{}

std::string PolicyComment::text() const
{
    const MarkupComment& markup = m_data->markup.comments[m_index];
    constexpr std::size_t Opening = 4;
    constexpr std::size_t Closing = 3;
    return m_data->text.substr(markup.start + Opening, markup.end - markup.start - Opening - Closing);
}

TextPosition PolicyComment::position() const
{
    const MarkupComment& markup = m_data->markup.comments[m_index];
    return m_data->place(markup.start, markup.end);
}

PolicyDocument::PolicyDocument(std::shared_ptr<const PolicyData> data)
    : m_data(std::move(data))
{}

tl::expected<PolicyDocument, PolicyProblem> PolicyDocument::read(std::string text, Root root)
{
    auto data = std::make_shared<PolicyData>();
    data->text = std::move(text);
    data->root = root;
    auto markup = scanMarkup(data->text, nameOf(root));
    if (!markup)
        return tl::unexpected(std::move(markup.error()));
    data->markup = std::move(*markup);
    if (auto problem = decode(*data))
        return tl::unexpected(std::move(*problem));
    if (auto problem = checkSections(*data))
        return tl::unexpected(std::move(*problem));
    return PolicyDocument(std::move(data));
}

Result<PolicyDocument> PolicyDocument::parse(std::string text, Root root)
{
    return read(std::move(text), root).map_error(toError);
}

const std::string& PolicyDocument::text() const
{
    return m_data->text;
}

PolicyDocument::Root PolicyDocument::rootKind() const
{
    return m_data->root;
}

PolicyElement PolicyDocument::root() const
{
    return {m_data, 0};
}

std::vector<PolicyElement> PolicyDocument::elements(std::string_view name) const
{
    std::vector<PolicyElement> found;
    for (std::size_t i = 0; i < m_data->elements.size(); ++i) {
        if (m_data->elements[i].name == name)
            found.emplace_back(m_data, i);
    }
    return found;
}

} // namespace gatehouse::gateway
