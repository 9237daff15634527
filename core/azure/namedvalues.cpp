// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/namedvalues.h"

#include "core/http/deferred.h"

namespace gatehouse::azure {

namespace {

ArmPath pathOf(const std::string& serviceId, const std::string& id)
{
    return {serviceId + "/namedValues/" + id, "2024-05-01", {}, {}};
}

Status statusOf(const Result<ArmResource>& written)
{
    if (!written)
        return fail(written.error());
    return {};
}

} // namespace

NamedValues::NamedValues(ArmClient& arm, QObject* parent)
    : QObject(parent)
    , m_arm(arm)
{}

QFuture<Result<NamedValue>> NamedValues::read(const std::string& serviceId, const std::string& id,
                                              std::stop_token stop)
{
    return m_arm.get(pathOf(serviceId, id), std::move(stop))
        .then(this, [id](const Result<ArmResource>& resource) -> Result<NamedValue> {
            if (!resource)
                return fail(resource.error());
            if (!resource->etag)
                return fail(Error::Kind::Protocol, "The service names no version of the named value.",
                            "It cannot be changed safely.");
            const Json& properties = memberAt(resource->body, "properties");
            return NamedValue{id, textAt(properties, "displayName", id), textAt(properties, "value"),
                              boolAt(properties, "secret"), *resource->etag};
        });
}

QFuture<Status> NamedValues::replace(const std::string& serviceId, const NamedValue& value,
                                     std::stop_token stop)
{
    const Json body = {{"properties", {{"value", value.value}}}};
    return m_arm.patch(pathOf(serviceId, value.id), body, value.version, std::move(stop))
        .then(this, [](const Result<ArmResource>& written) { return statusOf(written); });
}

QFuture<Result<StoredDirectory>> NamedValues::readDirectory(const std::string& serviceId,
                                                            std::stop_token stop)
{
    return read(serviceId, gateway::DirectoryNamedValue, std::move(stop))
        .then(this, [](const Result<NamedValue>& value) -> Result<StoredDirectory> {
            if (!value && value.error().kind == Error::Kind::NotFound)
                return StoredDirectory{};
            if (!value)
                return fail(value.error());
            Result<gateway::ServiceDirectory> directory = gateway::parseDirectory(value->value);
            if (!directory)
                return fail(directory.error());
            return StoredDirectory{std::move(*directory), value->version};
        });
}

QFuture<Status> NamedValues::writeDirectory(const std::string& serviceId, const StoredDirectory& directory,
                                            std::stop_token stop)
{
    const std::string id = gateway::DirectoryNamedValue;
    const Result<std::string> text = gateway::writeDirectory(directory.directory);
    if (!text)
        return http::settledFuture<void>(fail(text.error()));
    if (directory.version)
        return replace(serviceId, {id, id, *text, false, *directory.version}, std::move(stop));
    const Json body = {
        {"properties",
         {{"displayName", id}, {"value", *text}, {"secret", false}, {"tags", Json::array({"gatehouse"})}}}};
    return m_arm.create(pathOf(serviceId, id), body, std::move(stop))
        .then(this, [](const Result<ArmResource>& written) { return statusOf(written); });
}

} // namespace gatehouse::azure
