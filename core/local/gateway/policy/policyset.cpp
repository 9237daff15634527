// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/policyset.h"

#include "core/local/arm/namedvalues.h"

#include "core/base/encoding.h"
#include "core/base/json.h"
#include "core/gateway/policy/rawxml.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"
#include "core/local/gateway/requestrecord.h"

namespace gatehouse::local {

namespace {

const PolicyProgram NoStatements;

std::optional<std::string> namedValue(const ResourceStore& resources, std::string_view name)
{
    const ResourcePtr found = findNamedValue(resources, name);
    return found == nullptr ? std::nullopt : std::optional(namedValueText(*found));
}

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
        around.base = &m_program;
        auto compiled = compilePolicy(policyXml(policy->properties()), around);
        if (compiled)
            m_program = std::move(*compiled);
        else
            m_problem = "The policy of '" + (scope.empty() ? "the service" : scope) +
                        "' cannot be obeyed: " + toString(compiled.error());
    }

    [[nodiscard]] const PolicyProgram& program() const { return m_program; }
    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    const ResourceStore& m_resources;
    PolicyProgram m_program;
    std::string m_problem;
};

} // namespace

const PolicyProgram& PolicySet::programFor(const std::string& product, Operation operation) const
{
    auto found = programs.find({product, operation});
    if (found == programs.end())
        found = programs.find({std::string(), operation});
    return found == programs.end() ? NoStatements : found->second;
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
            set.programs.emplace(std::pair(product, operation), chain.program());
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
    around.namedValue = [&resources](std::string_view name) { return namedValue(resources, name); };
    return around;
}

std::string policyBrokenBy(const ResourceStore& resources,
                           const std::function<void(PolicySurroundings&)>& change)
{
    const std::string service = apimResourceId() + "/";
    for (const ResourcePtr& resource : resources.all()) {
        if (!resource->type.ends_with("/policies"))
            continue;
        PolicySurroundings around = surroundingsIn(resources, resource->id);
        const std::string text = policyXml(resource->properties());
        if (!compilePolicy(text, around))
            continue; // already
        change(around);
        if (const auto compiled = compilePolicy(text, around); !compiled)
            return "The policy '" + resource->id.substr(std::min(service.size(), resource->id.size())) +
                   "' could not be obeyed any more: " + toString(compiled.error());
    }
    return {};
}

std::string policyXml(const Json& properties)
{
    const std::string value = textAt(properties, "value");
    return textAt(properties, "format") == "rawxml" ? gateway::xmlFromRaw(value) : value;
}

} // namespace gatehouse::local
