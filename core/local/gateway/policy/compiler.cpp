// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/compiler.h"

#include "core/local/gateway/policy/namedvaluetext.h"
#include "core/local/gateway/policy/statementreader.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

using gateway::PolicyDocument;
using Compiled = tl::expected<PolicyBlock, PolicyProblem>;
using Done = tl::expected<void, PolicyProblem>;

/// A fragment may include another; nobody nests them deeper than this by intention.
constexpr int MaxInclusion = 8;

constexpr std::array<std::string_view, 3> NeedNothing = {
    "llm-emit-token-metric", "azure-openai-emit-token-metric", "authentication-managed-identity"};

PolicyBlock& blockOf(PolicyProgram& program, PolicySection section)
{
    switch (section) {
    case PolicySection::Backend:
        return program.backend;
    case PolicySection::Outbound:
        return program.outbound;
    case PolicySection::OnError:
        return program.onError;
    case PolicySection::Inbound:
    case PolicySection::Any:
        break;
    }
    return program.inbound;
}

/// Whether a call that comes through the block can reach a backend, or is answered without one.
bool answers(const PolicyBlock& block)
{
    return std::ranges::any_of(block, [](const PolicyStatement& statement) {
        if (const auto* retry = std::get_if<Retry>(&statement.what))
            return answers(retry->block);
        if (const auto* choose = std::get_if<Choose>(&statement.what))
            return answers(choose->otherwise) ||
                   std::ranges::any_of(choose->branches,
                                       [](const PolicyBranch& branch) { return answers(branch.block); });
        return std::holds_alternative<ForwardRequest>(statement.what) ||
               std::holds_alternative<ReturnResponse>(statement.what);
    });
}

class Compiler
{
public:
    explicit Compiler(const PolicySurroundings& around)
        : m_around(around)
    {}

    tl::expected<PolicyProgram, PolicyProblem> policy(const std::string& text)
    {
        const auto document = read(text, PolicyDocument::Root::Policies);
        if (!document)
            return tl::unexpected(document.error());
        PolicyProgram program = m_around.base == nullptr ? PolicyProgram() : *m_around.base;
        for (const PolicyElement& element : document->root().children()) {
            const auto section = policySection(element.name());
            if (!section || (*section == PolicySection::Backend && element.children().empty()))
                continue; // of other elements read() lets none through
            m_section = *section;
            m_hasBase = false;
            auto compiled = block(element);
            if (!compiled)
                return tl::unexpected(std::move(compiled.error()));
            if (*section == PolicySection::Backend && !compiled->empty() && !m_hasBase && !answers(*compiled))
                return problemAt(element, "The section 'backend' has no forward-request, so that no call "
                                          "would reach a backend.");
            blockOf(program, *section) = std::move(*compiled);
        }
        return program;
    }

    Compiled fragment(const std::string& text, PolicySection section)
    {
        m_section = section;
        const auto document = read(text, PolicyDocument::Root::Fragment);
        if (!document)
            return tl::unexpected(document.error());
        return block(document->root());
    }

private:
    [[nodiscard]] tl::expected<PolicyDocument, PolicyProblem> read(const std::string& text,
                                                                   PolicyDocument::Root root) const
    {
        auto resolved = withNamedValues(text, m_around.namedValue);
        if (!resolved)
            return tl::unexpected(std::move(resolved.error()));
        return PolicyDocument::read(std::move(*resolved), root);
    }

    Compiled block(const PolicyElement& parent)
    {
        PolicyBlock block;
        for (const PolicyElement& child : parent.children()) {
            if (auto done = statement(child, block); !done)
                return tl::unexpected(std::move(done.error()));
        }
        return block;
    }

    /// In any section, in some, in one.
    Done statement(const PolicyElement& element, PolicyBlock& block)
    {
        const std::string& name = element.name();
        if (name == "base")
            return base(element, block);
        if (name == "include-fragment")
            return include(element, block);
        if (name == "choose")
            return choose(element, block);
        if (name == "set-variable")
            return add(readSetVariable(element), block);
        if (name == "return-response")
            return add(readReturnResponse(element), block);
        if (name == "set-header" && !in(PolicySection::Backend))
            return add(readSetHeader(element, m_section), block);
        if (name == "set-backend-service" && mayBe({PolicySection::Inbound, PolicySection::Backend}))
            return add(readSetBackend(element), block);
        if (mayBe({PolicySection::Backend})) {
            if (name == "forward-request")
                return add(readForwardRequest(element), block);
            if (name == "retry")
                return retry(element, block);
        }
        if (mayBe({PolicySection::Inbound}))
            return inboundStatement(element, block);
        return unsupported(element);
    }

    Done inboundStatement(const PolicyElement& element, PolicyBlock& block)
    {
        const std::string& name = element.name();
        if (const auto limit = gateway::readLimit(element))
            return countLimit(*limit, block);
        if (name == "rewrite-uri")
            return add(readRewriteUri(element), block);
        if (name == "llm-content-safety")
            return add(readContentSafety(element), block);
        if (name == "validate-jwt" || name == "validate-azure-ad-token") {
            auto rules = readTokenRules(element);
            if (!rules)
                return tl::unexpected(std::move(rules.error()));
            block.push_back({CheckToken{std::move(*rules)}});
            return {};
        }
        if (std::ranges::find(NeedNothing, name) != NeedNothing.end())
            return {};
        return unsupported(element);
    }

    [[nodiscard]] Done unsupported(const PolicyElement& element) const
    {
        const std::string where = m_section == PolicySection::Any || m_section == PolicySection::Inbound
                                      ? std::string()
                                      : " in the section '" + std::string(toString(m_section)) + "'";
        return problemAt(element, "The policy '" + element.name() +
                                      "' is not supported by the embedded gateway" + where + ".");
    }

    [[nodiscard]] bool in(PolicySection section) const { return m_section == section; }
    [[nodiscard]] bool mayBe(std::initializer_list<PolicySection> sections) const
    {
        return m_section == PolicySection::Any || std::ranges::find(sections, m_section) != sections.end();
    }

    static Done add(ReadStatement read, PolicyBlock& block)
    {
        if (!read)
            return tl::unexpected(std::move(read.error()));
        block.push_back(std::move(*read));
        return {};
    }

    Done base(const PolicyElement& element, PolicyBlock& block)
    {
        if (m_around.base == nullptr || m_included > 0 || m_section == PolicySection::Any)
            return problemAt(element, "The element 'base' has no meaning in a policy fragment.");
        m_hasBase = true; // what it stands for is not known when a document is looked at by itself
        PolicyProgram outer = *m_around.base;
        std::ranges::move(blockOf(outer, m_section), std::back_inserter(block));
        return {};
    }

    Done include(const PolicyElement& element, PolicyBlock& block)
    {
        const std::string id = element.attribute("fragment-id").value_or("");
        const std::optional<std::string> content = m_around.fragment(id);
        if (!content)
            return problemAt(element, "There is no policy fragment '" + id + "'.", "fragment-id");
        if (m_included == MaxInclusion)
            return problemAt(element, "Policy fragments include each other too deeply.", "fragment-id");
        ++m_included;
        auto included = fragment(*content, m_section);
        --m_included;
        if (!included)
            return problemAt(element,
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
                return problemAt(child, "A choose holds when elements and at last one otherwise.");
            if (child.name() == "otherwise") {
                otherwise = true;
                choice.otherwise = std::move(*inside);
                continue;
            }
            auto condition = requiredText(child, "condition");
            if (!condition)
                return tl::unexpected(std::move(condition.error()));
            choice.branches.push_back({std::move(*condition), std::move(*inside)});
        }
        if (choice.branches.empty())
            return problemAt(element, "A choose must have at least one when.");
        result.push_back({std::move(choice)});
        return {};
    }

    Done retry(const PolicyElement& element, PolicyBlock& result)
    {
        if (m_inRetry)
            return problemAt(element, "A retry in a retry is not supported by the embedded gateway.");
        auto retry = readRetry(element);
        if (!retry)
            return tl::unexpected(std::move(retry.error()));
        m_inRetry = true;
        auto inside = block(element);
        m_inRetry = false;
        if (!inside)
            return tl::unexpected(std::move(inside.error()));
        if (!m_hasBase && !answers(*inside))
            return problemAt(element, "A retry must hold a forward-request.");
        retry->block = std::move(*inside);
        result.push_back({std::move(*retry)});
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

    const PolicySurroundings& m_around;
    PolicySection m_section = PolicySection::Any;
    int m_included = 0;
    bool m_inRetry = false;
    bool m_hasBase = false; ///< of the section in hand
};

} // namespace

tl::expected<PolicyProgram, PolicyProblem> compilePolicy(const std::string& text,
                                                         const PolicySurroundings& around)
{
    return Compiler(around).policy(text);
}

Compiled compileFragment(const std::string& text, const PolicySurroundings& around)
{
    return Compiler(around).fragment(text, PolicySection::Any);
}

} // namespace gatehouse::local
