// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/gateway/routing/condition.h"
#include "core/gateway/routing/fragment.h"
#include "core/gateway/routing/fragmentcomment.h"
#include "core/gateway/routing/fragmentlimits.h"
#include "core/gateway/routing/xmlspan.h"

#include <pugixml.hpp>

#include <algorithm>
#include <initializer_list>

namespace gatehouse::gateway {

namespace {

/// Nothing is dropped or rewritten: line ends in attributes stay, as comments in an expression need them.
constexpr unsigned ParseFlags = pugi::parse_escapes | pugi::parse_cdata | pugi::parse_comments |
                                pugi::parse_pi | pugi::parse_declaration | pugi::parse_doctype;

bool isElement(const pugi::xml_node& node, std::string_view name)
{
    return node.type() == pugi::node_element && name == node.name();
}

bool hasOnlyAttributes(const pugi::xml_node& node, std::initializer_list<std::string_view> names)
{
    const auto count = std::distance(node.attributes_begin(), node.attributes_end());
    return static_cast<std::size_t>(count) == names.size() &&
           std::all_of(names.begin(), names.end(), [&](std::string_view name) {
               return !node.attribute(std::string(name).c_str()).empty();
           });
}

/// The text of an attribute that attributeText has written; nothing for another expression, a named value or
/// an empty text.
std::optional<std::string> attributeLiteral(const pugi::xml_node& node, const char* name)
{
    const std::string_view value = node.attribute(name).value();
    if (!isExpression(value)) {
        if (value.empty() || value.find("{{") != std::string_view::npos)
            return std::nullopt;
        return std::string(value);
    }
    const auto expression = Expression::parse(value);
    if (!expression || expression->root().kind != ExpressionNode::Kind::Literal)
        return std::nullopt;
    const auto* text = std::get_if<std::string>(&expression->root().value);
    return text == nullptr || text->empty() ? std::nullopt : std::optional(*text);
}

/// What the steps of a when, of the otherwise, or of a fragment without a choose do.
struct Steps
{
    std::string route;
    std::optional<std::string> deployment;
    std::string pool;
};

/// The value of <set-variable name="variable" value="…" />.
std::optional<std::string> variableStep(const pugi::xml_node& node, std::string_view variable)
{
    if (!isElement(node, "set-variable") || !hasOnlyAttributes(node, {"name", "value"}) ||
        node.first_child() || variable != node.attribute("name").value())
        return std::nullopt;
    return attributeLiteral(node, "value");
}

std::optional<Steps> readSteps(const std::vector<pugi::xml_node>& nodes)
{
    Steps steps;
    auto at = nodes.begin();
    if (at == nodes.end())
        return std::nullopt;
    auto route = variableStep(*at, RouteVariable);
    if (!route || ++at == nodes.end())
        return std::nullopt;
    steps.route = std::move(*route);
    steps.deployment = variableStep(*at, DeploymentVariable);
    if (steps.deployment && ++at == nodes.end())
        return std::nullopt;
    if (!isElement(*at, "set-backend-service") || !hasOnlyAttributes(*at, {"backend-id"}) ||
        at->first_child())
        return std::nullopt;
    auto pool = attributeLiteral(*at, "backend-id");
    if (!pool || ++at != nodes.end())
        return std::nullopt;
    steps.pool = std::move(*pool);
    return steps;
}

std::vector<pugi::xml_node> childrenOf(const pugi::xml_node& node)
{
    return {node.begin(), node.end()};
}

bool isDefault(const std::optional<Steps>& steps)
{
    return steps && steps->route == DefaultRoute && !steps->deployment;
}

class FragmentReader
{
public:
    explicit FragmentReader(std::string_view xml)
        : m_xml(xml)
    {}

    [[nodiscard]] Result<RoutingFragment> run()
    {
        if (const Status read = load(); !read)
            return fail(read.error());
        for (const pugi::xml_node& node : m_document) {
            if (node != m_root && node.type() != pugi::node_declaration)
                addForeign(ForeignPart::Place::Before, node, "it stands outside of the fragment");
        }
        const pugi::xml_node choose = m_root.child("choose");
        const Status read = choose ? readAround(choose) : readWithoutChoose();
        if (!read)
            return fail(read.error());
        return std::move(m_fragment);
    }

private:
    [[nodiscard]] tl::unexpected<Error> wrong(Error::Kind kind, const std::string& what,
                                              std::size_t offset) const
    {
        const int line = lineAt(m_xml, offset);
        Error error;
        error.kind = kind;
        error.message = "Line " + std::to_string(line) + " of the routing fragment: " + what;
        error.position = TextPosition{offset, 0, line, 1};
        return fail(std::move(error));
    }

    Status load()
    {
        if (m_xml.size() > MaxFragmentBytes)
            return wrong(Error::Kind::InvalidInput, "it is longer than 512 KB.", 0);
        if (!isValidUtf8(m_xml))
            return wrong(Error::Kind::Parse, "the text is not valid UTF-8.", 0);
        const pugi::xml_parse_result parsed =
            m_document.load_buffer(m_xml.data(), m_xml.size(), ParseFlags, pugi::encoding_utf8);
        if (!parsed)
            return wrong(Error::Kind::Parse,
                         "this is not well-formed XML (" + std::string(parsed.description()) + ").",
                         static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)));
        return findRoot();
    }

    Status findRoot()
    {
        std::size_t end = m_xml.starts_with("\xEF\xBB\xBF") ? 3 : 0;
        for (const pugi::xml_node& node : m_document) {
            const XmlSpan span = spanOf(node, m_xml);
            if (node.type() == pugi::node_doctype)
                return wrong(Error::Kind::InvalidInput, "a document type is not allowed.", span.begin);
            if (!isBlank(end, span.begin))
                return wrong(Error::Kind::Parse, "text stands outside of the fragment.", end);
            end = span.end;
            if (node.type() != pugi::node_element)
                continue;
            if (m_root || !isElement(node, "fragment"))
                return wrong(Error::Kind::InvalidInput, "there must be one element <fragment>.", span.begin);
            m_root = node;
        }
        if (!isBlank(end, m_xml.size()))
            return wrong(Error::Kind::Parse, "text stands outside of the fragment.", end);
        return {};
    }

    [[nodiscard]] bool isBlank(std::size_t begin, std::size_t end) const
    {
        return begin >= end || m_xml.find_first_not_of(" \t\r\n", begin) >= end;
    }

    Status refuseText(const pugi::xml_node& node)
    {
        if (node.type() != pugi::node_pcdata && node.type() != pugi::node_cdata)
            return {};
        return wrong(Error::Kind::InvalidInput, "text stands where only elements can.",
                     spanOf(node, m_xml).begin);
    }

    Status readAround(const pugi::xml_node& choose)
    {
        auto place = ForeignPart::Place::Before;
        for (const pugi::xml_node& node : m_root) {
            if (const Status elements = refuseText(node); !elements)
                return elements;
            if (node == choose) {
                if (const Status read = readChoose(choose); !read)
                    return read;
                place = ForeignPart::Place::After;
            } else if (!isBanner(node)) {
                addForeign(place, node, "it stands beside the rules");
            }
        }
        return {};
    }

    Status readChoose(const pugi::xml_node& choose)
    {
        for (const pugi::xml_node& node : choose) {
            if (const Status elements = refuseText(node); !elements)
                return elements;
            if (node.type() == pugi::node_comment) {
                readComment(node);
            } else if (isElement(node, "when")) {
                readWhen(node);
            } else {
                dropPending();
                readOtherwise(node);
            }
        }
        dropPending();
        return {};
    }

    void readOtherwise(const pugi::xml_node& node)
    {
        const bool first = isElement(node, "otherwise") && !m_defaultSeen;
        m_defaultSeen = m_defaultSeen || first;
        const auto steps = first && !node.first_attribute() ? readSteps(childrenOf(node)) : std::nullopt;
        if (isDefault(steps))
            m_fragment.plan.defaultPool = steps->pool;
        else
            addForeign(first ? ForeignPart::Place::Otherwise : ForeignPart::Place::Choose, node,
                       "it does something else than name the default pool");
    }

    Status readWithoutChoose()
    {
        std::vector<pugi::xml_node> elements;
        for (const pugi::xml_node& node : m_root) {
            if (const Status read = refuseText(node); !read)
                return read;
            if (node.type() == pugi::node_element)
                elements.push_back(node);
        }
        const auto steps = readSteps(elements);
        if (isDefault(steps))
            m_fragment.plan.defaultPool = steps->pool;
        for (const pugi::xml_node& node : m_root) {
            auto comment = node.type() == pugi::node_comment ? readRuleComment(node.value()) : std::nullopt;
            if (comment && comment->rule)
                m_fragment.plan.rules.push_back(std::move(*comment->rule));
            else if (!isBanner(node) && (node.type() != pugi::node_element || !isDefault(steps)))
                addForeign(ForeignPart::Place::Before, node, "it is no rule");
        }
        return {};
    }

    static bool isBanner(const pugi::xml_node& node)
    {
        return node.type() == pugi::node_comment && FragmentBanner == node.value();
    }

    void readComment(const pugi::xml_node& node)
    {
        dropPending();
        auto comment = readRuleComment(node.value());
        if (!comment) {
            addForeign(ForeignPart::Place::Choose, node, "it is a comment of somebody else");
        } else if (comment->rule) {
            m_fragment.plan.rules.push_back(std::move(*comment->rule));
        } else {
            m_pending = std::move(comment);
            m_pendingNode = node;
        }
    }

    /// A comment of ours that no rule follows is carried along like anything foreign.
    void dropPending()
    {
        if (m_pending)
            addForeign(ForeignPart::Place::Choose, m_pendingNode, "no rule follows it");
        m_pending.reset();
    }

    void readWhen(const pugi::xml_node& node)
    {
        const std::string_view condition = node.attribute("condition").value();
        const auto expression = Expression::parse(condition);
        auto match = expression ? matchFromCondition(*expression) : std::nullopt;
        const auto steps = readSteps(childrenOf(node));
        const bool twice = steps && steps->deployment && m_pending && !m_pending->downgrade.empty();
        if (!match || !steps || twice || !hasOnlyAttributes(node, {"condition"})) {
            dropPending();
            addForeign(ForeignPart::Place::Choose, node,
                       match ? "its steps have another form" : "its condition has another form");
            return;
        }
        RoutingRule rule;
        rule.name = steps->route;
        rule.match = std::move(*match);
        rule.pool = steps->pool;
        if (steps->deployment)
            rule.downgrade = Downgrade{*steps->deployment, true};
        if (m_pending) {
            rule.note = m_pending->note;
            if (!m_pending->downgrade.empty())
                rule.downgrade = Downgrade{m_pending->downgrade, false};
        }
        m_pending.reset();
        m_fragment.plan.rules.push_back(std::move(rule));
    }

    void addForeign(ForeignPart::Place place, const pugi::xml_node& node, std::string_view why)
    {
        const XmlSpan span = spanOf(node, m_xml);
        ForeignPart part;
        part.place = place;
        part.beforeRule = place == ForeignPart::Place::Choose ? m_fragment.plan.rules.size() : 0;
        part.text = std::string(span.of(m_xml));
        part.line = lineAt(m_xml, span.begin);
        const std::string what =
            node.type() == pugi::node_element ? "<" + std::string(node.name()) + ">" : std::string("comment");
        part.sentence = "Line " + std::to_string(part.line) + ": this " + what +
                        " was not written by Gatehouse: " + std::string(why) + ".";
        m_fragment.foreign.push_back(std::move(part));
    }

    std::string_view m_xml;
    pugi::xml_document m_document;
    pugi::xml_node m_root;
    RoutingFragment m_fragment;
    bool m_defaultSeen = false;
    std::optional<RuleComment> m_pending;
    pugi::xml_node m_pendingNode;
};

} // namespace

Result<RoutingFragment> readRoutingFragment(std::string_view xml)
{
    return FragmentReader(xml).run();
}

} // namespace gatehouse::gateway
