// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/policyreferences.h"

#include "core/base/encoding.h"
#include "core/local/arm/apimtypes.h"
#include "core/local/gateway/policy/policyset.h"

#include <pugixml.hpp>

#include <algorithm>

namespace gatehouse::local {

namespace {

std::vector<ResourcePtr> allDocuments(const ResourceStore& resources)
{
    std::vector<ResourcePtr> documents = allPolicies(resources);
    for (ResourcePtr& fragment : resources.listByType(FragmentType))
        documents.push_back(std::move(fragment));
    return documents;
}

/// The text of the document without its comments.
bool parse(const Resource& document, pugi::xml_document& xml)
{
    return static_cast<bool>(xml.load_string(policyXml(document.properties()).c_str()));
}

bool includes(const pugi::xml_node& node, std::string_view fragmentId)
{
    if (std::string_view(node.name()) == "include-fragment" &&
        equalsIgnoreCase(node.attribute("fragment-id").value(), fragmentId))
        return true;
    return std::any_of(node.begin(), node.end(),
                       [&](const pugi::xml_node& child) { return includes(child, fragmentId); });
}

/// Whether the text stands in an attribute or in the text of an element. Names compare without case, as APIM
/// keeps them unique.
bool mentions(const pugi::xml_node& node, const std::string& lowerText)
{
    const auto holds = [&](const char* text) { return toLower(text).find(lowerText) != std::string::npos; };
    if (holds(node.value()))
        return true;
    for (const pugi::xml_attribute& attribute : node.attributes()) {
        if (holds(attribute.value()))
            return true;
    }
    return std::any_of(node.begin(), node.end(),
                       [&](const pugi::xml_node& child) { return mentions(child, lowerText); });
}

} // namespace

std::vector<ResourcePtr> allPolicies(const ResourceStore& resources)
{
    std::vector<ResourcePtr> policies;
    for (const char* scope : {"", "/products", "/apis", "/apis/operations"}) {
        const std::string type = std::string("Microsoft.ApiManagement/service") + scope + "/policies";
        for (ResourcePtr& policy : resources.listByType(type))
            policies.push_back(std::move(policy));
    }
    return policies;
}

std::vector<ResourcePtr> documentsIncluding(const ResourceStore& resources, std::string_view fragmentId)
{
    std::vector<ResourcePtr> found;
    for (const ResourcePtr& document : allDocuments(resources)) {
        pugi::xml_document xml;
        if (parse(*document, xml) && includes(xml, fragmentId))
            found.push_back(document);
    }
    return found;
}

std::vector<ResourcePtr> documentsNaming(const ResourceStore& resources, std::string_view displayName)
{
    const std::string reference = "{{" + toLower(displayName) + "}}";
    std::vector<ResourcePtr> found;
    for (const ResourcePtr& document : allDocuments(resources)) {
        pugi::xml_document xml;
        if (parse(*document, xml) && mentions(xml, reference))
            found.push_back(document);
    }
    return found;
}

std::string describeDocument(const Resource& document)
{
    if (equalsIgnoreCase(document.type, FragmentType))
        return "the fragment '" + document.name() + "'";
    static constexpr std::string_view Service = "/microsoft.apimanagement/service/";
    const std::size_t service = toLower(document.id).find(Service);
    const std::size_t below = document.id.find('/', service + Service.size());
    const std::size_t end = document.id.size() - std::string_view("/policies/policy").size();
    if (service == std::string::npos || below >= end)
        return "the policy of the service";
    return "the policy of '" + document.id.substr(below + 1, end - below - 1) + "'";
}

} // namespace gatehouse::local
