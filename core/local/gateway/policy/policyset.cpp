// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/policyset.h"

#include "core/base/json.h"
#include "core/gateway/policy/rawxml.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"
#include "core/local/gateway/requestrecord.h"

namespace gatehouse::local {

namespace {

const PolicyBlock NoStatements;

/// The programs of one chain of scopes, the outermost first. A scope without a document passes on the outer
/// one.
class Chain
{
public:
    explicit Chain(const ResourceStore& resources)
        : m_resources(resources)
    {}

    void enter(const std::string& scope)
    {
        const ResourcePtr policy =
            m_resources.get(apimResourceId() + (scope.empty() ? "" : "/" + scope) + "/policies/policy");
        if (policy == nullptr || !m_problem.empty())
            return;
        PolicySurroundings around = surroundingsIn(m_resources, scope);
        around.base = &m_block;
        auto compiled = compilePolicy(policyXml(policy->properties()), around);
        if (compiled)
            m_block = std::move(*compiled);
        else
            m_problem = "The policy of '" + (scope.empty() ? "the service" : scope) +
                        "' cannot be obeyed: " + toString(compiled.error());
    }

    [[nodiscard]] const PolicyBlock& block() const { return m_block; }
    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    const ResourceStore& m_resources;
    PolicyBlock m_block;
    std::string m_problem;
};

} // namespace

const PolicyBlock& PolicySet::blockFor(const std::string& product, Operation operation) const
{
    auto found = blocks.find({product, operation});
    if (found == blocks.end())
        found = blocks.find({std::string(), operation});
    return found == blocks.end() ? NoStatements : found->second;
}

PolicySet readPolicies(const ResourceStore& resources)
{
    PolicySet set;
    std::vector<std::string> products{""};
    for (const ResourcePtr& product :
         resources.list(apimResourceId(), "Microsoft.ApiManagement/service/products"))
        products.push_back(product->name());
    const std::string api = "apis/" + std::string(seed::ApiId);
    for (const std::string& product : products) {
        for (const Operation operation : {Operation::ChatCompletions, Operation::Embeddings}) {
            Chain chain(resources);
            chain.enter("");
            if (!product.empty())
                chain.enter("products/" + product);
            chain.enter(api);
            chain.enter(api + "/operations/" + std::string(operationIdOf(operation)));
            if (!chain.problem().empty())
                set.problem = chain.problem();
            set.blocks.emplace(std::pair(product, operation), chain.block());
        }
    }
    return set;
}

PolicySurroundings surroundingsIn(const ResourceStore& resources, std::string scope)
{
    PolicySurroundings around;
    around.scope = std::move(scope);
    around.base = &NoStatements;
    around.fragment = [&resources](std::string_view id) -> std::optional<std::string> {
        const ResourcePtr fragment = resources.get(apimResourceId() + "/policyFragments/" + std::string(id));
        return fragment == nullptr ? std::nullopt : std::optional(policyXml(fragment->properties()));
    };
    return around;
}

std::string policyXml(const Json& properties)
{
    const std::string value = textAt(properties, "value");
    return textAt(properties, "format") == "rawxml" ? gateway::xmlFromRaw(value) : value;
}

} // namespace gatehouse::local
