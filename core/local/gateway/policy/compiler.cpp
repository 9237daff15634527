// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/compiler.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

using gateway::PolicyDocument;
using gateway::PolicyElement;
using gateway::PolicyProblem;
using Compiled = tl::expected<PolicyBlock, PolicyProblem>;
using Done = tl::expected<void, PolicyProblem>;

/// A fragment may include another; nobody nests them deeper than this by intention.
constexpr int MaxInclusion = 8;

constexpr std::array<std::string_view, 3> NeedNothing = {
    "llm-emit-token-metric", "azure-openai-emit-token-metric", "authentication-managed-identity"};

tl::unexpected<PolicyProblem> problem(const PolicyElement& element, std::string message,
                                      std::string_view attribute = {})
{
    return tl::unexpected(PolicyProblem{
        element.name(), std::string(attribute), element.positionOf(attribute), std::move(message), {}});
}

class Compiler
{
public:
    explicit Compiler(const PolicySurroundings& around)
        : m_around(around)
    {}

    Compiled block(const PolicyElement& parent)
    {
        PolicyBlock block;
        for (const PolicyElement& child : parent.children()) {
            if (auto done = statement(child, block); !done)
                return tl::unexpected(std::move(done.error()));
        }
        return block;
    }

    Compiled document(const std::string& text, PolicyDocument::Root root)
    {
        const auto document = PolicyDocument::read(text, root);
        if (!document)
            return tl::unexpected(document.error());
        if (root == PolicyDocument::Root::Fragment)
            return block(document->root());
        PolicyBlock inbound;
        for (const PolicyElement& section : document->root().children()) {
            if (section.name() == "inbound") {
                auto compiled = block(section);
                if (!compiled)
                    return compiled;
                inbound = std::move(*compiled);
            } else if (auto done = otherSection(section); !done) {
                return tl::unexpected(std::move(done.error()));
            }
        }
        return inbound;
    }

private:
    Done statement(const PolicyElement& element, PolicyBlock& block)
    {
        const std::string& name = element.name();
        if (const auto limit = gateway::readLimit(element))
            return countLimit(*limit, block);
        if (name == "base")
            return base(element, block);
        if (name == "include-fragment")
            return include(element, block);
        if (name == "choose")
            return choose(element, block);
        if (name == "set-variable")
            return setVariable(element, block);
        if (name == "set-backend-service")
            return setBackend(element, block);
        if (name == "rewrite-uri")
            return rewriteUri(element, block);
        if (std::ranges::find(NeedNothing, name) != NeedNothing.end())
            return {};
        return problem(element, "The policy '" + name + "' is not supported by the embedded gateway.");
    }

    tl::expected<PolicyText, PolicyProblem> text(const PolicyElement& element, std::string_view attribute)
    {
        const auto value = element.attribute(attribute);
        if (!value || value->empty())
            return problem(element, "The attribute '" + std::string(attribute) + "' is missing.", attribute);
        return readText(element, attribute, *value);
    }

    static tl::expected<PolicyText, PolicyProblem>
    readText(const PolicyElement& element, std::string_view attribute, const std::string& value)
    {
        if (value.find("{{") != std::string::npos)
            return problem(element, "Named values are not supported by the embedded gateway.", attribute);
        if (!gateway::isExpression(value))
            return PolicyText(value);
        auto expression = gateway::Expression::parse(value);
        if (!expression)
            return problem(element, expression.error().message, attribute);
        return PolicyText(std::move(*expression));
    }

    Done base(const PolicyElement& element, PolicyBlock& block) const
    {
        if (m_around.base == nullptr)
            return problem(element, "The element 'base' has no meaning in a policy fragment.");
        block.insert(block.end(), m_around.base->begin(), m_around.base->end());
        return {};
    }

    Done include(const PolicyElement& element, PolicyBlock& block)
    {
        const std::string id = element.attribute("fragment-id").value_or("");
        const std::optional<std::string> content = m_around.fragment(id);
        if (!content)
            return problem(element, "There is no policy fragment '" + id + "'.", "fragment-id");
        if (m_included == MaxInclusion)
            return problem(element, "Policy fragments include each other too deeply.", "fragment-id");
        ++m_included;
        auto included = document(*content, PolicyDocument::Root::Fragment);
        --m_included;
        if (!included)
            return problem(element,
                           "The policy fragment '" + id + "' is wrong: " + toString(included.error()),
                           "fragment-id");
        std::ranges::move(*included, std::back_inserter(block));
        return {};
    }

    Done choose(const PolicyElement& element, PolicyBlock& result)
    {
        Choose choice;
        bool otherwise = false;
        for (const PolicyElement& child : element.children()) {
            auto inside = block(child);
            if (!inside)
                return tl::unexpected(std::move(inside.error()));
            if (otherwise || (child.name() != "when" && child.name() != "otherwise"))
                return problem(child, "A choose holds when elements and at last one otherwise.");
            if (child.name() == "otherwise") {
                otherwise = true;
                choice.otherwise = std::move(*inside);
                continue;
            }
            auto condition = text(child, "condition");
            if (!condition)
                return tl::unexpected(std::move(condition.error()));
            choice.branches.push_back({std::move(*condition), std::move(*inside)});
        }
        if (choice.branches.empty())
            return problem(element, "A choose must have at least one when.");
        result.push_back({std::move(choice)});
        return {};
    }

    Done setVariable(const PolicyElement& element, PolicyBlock& block)
    {
        const auto name = text(element, "name");
        auto value = text(element, "value");
        if (!name || !value)
            return tl::unexpected(!name ? name.error() : value.error());
        const auto* plain = std::get_if<std::string>(&*name);
        if (plain == nullptr)
            return problem(element, "The name of a variable cannot be an expression.", "name");
        block.push_back({SetVariable{*plain, std::move(*value)}});
        return {};
    }

    Done setBackend(const PolicyElement& element, PolicyBlock& block)
    {
        if (element.attribute("base-url"))
            return problem(element, "The embedded gateway knows backends by backend-id only.", "base-url");
        auto id = text(element, "backend-id");
        if (!id)
            return tl::unexpected(std::move(id.error()));
        block.push_back({SetBackend{std::move(*id)}});
        return {};
    }

    Done rewriteUri(const PolicyElement& element, PolicyBlock& block)
    {
        auto path = text(element, "template");
        if (!path)
            return tl::unexpected(std::move(path.error()));
        block.push_back({RewriteUri{std::move(*path)}});
        return {};
    }

    Done countLimit(const gateway::PolicyLimit& limit, PolicyBlock& block) const
    {
        if (!limit.problems.empty())
            return tl::unexpected(limit.problems.front());
        CountLimit counted;
        counted.kind = limit.kind;
        counted.scope = m_around.scope;
        counted.names = limit.names;
        for (const gateway::PolicyAttribute& attribute : limit.element.attributes()) {
            if (counted.names.contains(attribute.name))
                continue;
            auto value = readText(limit.element, attribute.name, attribute.value);
            if (!value)
                return tl::unexpected(std::move(value.error()));
            counted.values.emplace(attribute.name, std::move(*value));
        }
        block.push_back({std::move(counted)});
        return {};
    }

    /// backend, outbound and on-error do nothing of their own here.
    static Done otherSection(const PolicyElement& section)
    {
        for (const PolicyElement& child : section.children()) {
            const bool known =
                child.name() == "base" || (section.name() == "backend" && child.name() == "forward-request");
            if (!known)
                return problem(child, "The policy '" + child.name() +
                                          "' is not supported by the embedded gateway in the section '" +
                                          section.name() + "'.");
        }
        return {};
    }

    const PolicySurroundings& m_around;
    int m_included = 0;
};

} // namespace

Compiled compilePolicy(const std::string& text, const PolicySurroundings& around)
{
    return Compiler(around).document(text, PolicyDocument::Root::Policies);
}

Compiled compileFragment(const std::string& text, const PolicySurroundings& around)
{
    return Compiler(around).document(text, PolicyDocument::Root::Fragment);
}

} // namespace gatehouse::local
