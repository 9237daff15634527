// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/changes/armresources.h"

#include "core/gateway/merge/resourcemerge.h"
#include "core/http/deferred.h"

#include <algorithm>
#include <array>

namespace gatehouse::jobs {

namespace {

constexpr std::string_view Apim = "/providers/microsoft.apimanagement/";

struct Provider
{
    std::string_view name;
    const char* apiVersion;
};

// The first carries managed identities of backends (contracts §4), the second is the default of §6.
constexpr std::array Providers{Provider{Apim, "2024-06-01-preview"},
                               Provider{"/providers/microsoft.cognitiveservices/", "2025-09-01"}};

/// Codes of a 404 that is about something else than the resource itself (contracts §9).
constexpr std::array<std::string_view, 4> ElsewhereMissing{"ParentResourceNotFound", "ResourceGroupNotFound",
                                                           "SubscriptionNotFound", "InvalidResourceType"};

std::optional<azure::ArmPath> pathOf(const std::string& id, bool reads)
{
    const std::string lower = toLower(id);
    for (const Provider& provider : Providers) {
        if (lower.find(provider.name) == std::string::npos)
            continue;
        azure::ArmPath path{id, provider.apiVersion, {}, {}};
        if (reads && gateway::isPolicy(id))
            path.query = {{"format", "xml"}};
        return path;
    }
    return std::nullopt;
}

tl::unexpected<Error> unknownType()
{
    return fail(Error::Kind::InvalidInput, "Resources of this type are not changed by Gatehouse.",
                "Change it in the Azure portal.");
}

bool isAbsent(const Error& error)
{
    return error.kind == Error::Kind::NotFound && std::find(ElsewhereMissing.begin(), ElsewhereMissing.end(),
                                                            error.serviceCode) == ElsewhereMissing.end();
}

Result<SeenResource> seenFrom(const std::string& id, const azure::ArmResource& resource)
{
    SeenResource seen;
    // Cognitive Services have it in the body only (contracts §6).
    const auto etag = resource.etag ? resource.etag : azure::ETag::fromText(textAt(resource.body, "etag"));
    if (!etag)
        return fail(Error::Kind::Protocol, "The service names no version of this resource.",
                    "It cannot be changed safely.");
    seen.version = etag->text();
    Json properties = memberAt(resource.body, "properties");
    if (!properties.is_object())
        return fail(Error::Kind::Protocol, "The answer of Azure Resource Manager has no properties.",
                    "Try again; if it lasts, copy the details for support.");
    if (gateway::isPolicy(id))
        properties["format"] = "xml";
    seen.properties = std::move(properties);
    if (ArmResources::needsEnvelope(id) && resource.body.is_object()) {
        seen.envelope = resource.body;
        for (const char* given : {"id", "name", "type", "etag", "systemData", "properties"})
            seen.envelope.erase(given);
    }
    return seen;
}

} // namespace

ArmResources::ArmResources(azure::ArmClient& arm, QObject* parent)
    : QObject(parent)
    , m_arm(arm)
{}

bool ArmResources::needsEnvelope(const std::string& id)
{
    return toLower(id).find(Apim) == std::string::npos;
}

QFuture<Result<SeenResource>> ArmResources::read(const std::string& id, std::stop_token stop)
{
    const auto path = pathOf(id, true);
    if (!path)
        return http::settledFuture<SeenResource>(unknownType());
    return m_arm.get(*path, std::move(stop))
        .then(this, [id](const Result<azure::ArmResource>& resource) -> Result<SeenResource> {
            if (resource)
                return seenFrom(id, *resource);
            if (isAbsent(resource.error()))
                return SeenResource();
            return fail(resource.error());
        });
}

QFuture<Result<azure::ArmResource>> ArmResources::write(const std::string& id, const SeenResource& seen,
                                                        const std::optional<Json>& wanted,
                                                        std::stop_token stop)
{
    const auto path = pathOf(id, false);
    if (!path)
        return http::settledFuture<azure::ArmResource>(unknownType());
    Json body = seen.envelope;
    if (wanted)
        body["properties"] = *wanted;
    if (!seen.properties)
        return m_arm.create(*path, body, std::move(stop));
    const auto version = azure::ETag::fromText(seen.version);
    if (!version)
        return http::settledFuture<azure::ArmResource>(
            fail(Error::Kind::Internal, "A write must name the version that it replaces."));
    if (wanted)
        return m_arm.replace(*path, body, *version, std::move(stop));
    return m_arm.remove(*path, *version, std::move(stop));
}

QFuture<Result<Json>> ArmResources::operation(const std::string& url, std::stop_token stop)
{
    return m_arm.operation(url, std::move(stop));
}

} // namespace gatehouse::jobs
