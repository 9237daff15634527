// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/apimfacts.h"

namespace gatehouse::jobs {

ApimFacts::ApimFacts(azure::ArmClient& arm, const std::string& serviceId)
    : m_resources(arm)
    , m_resourceId(serviceId + "/namedValues/" + gateway::DirectoryNamedValue)
{}

QFuture<Result<FactsNow>> ApimFacts::facts(std::stop_token stop)
{
    return m_resources.read(m_resourceId, std::move(stop))
        .then(&m_resources, [id = m_resourceId](const Result<SeenResource>& seen) -> Result<FactsNow> {
            if (!seen)
                return fail(seen.error());
            FactsNow now{{}, id, seen->properties};
            if (!seen->properties)
                return now;
            auto directory = gateway::parseDirectory(textAt(*seen->properties, "value"));
            if (!directory)
                return fail(directory.error());
            now.directory = std::move(*directory);
            return now;
        });
}

Result<ChangeSet> changesOf(const FactsNow& now, const gateway::ServiceDirectory& wanted)
{
    const auto text = gateway::writeDirectory(wanted);
    if (!text)
        return fail(text.error());
    Change change;
    change.resourceId = now.resourceId;
    change.title = "Service directory";
    change.base = now.properties;
    change.wanted = now.properties.value_or(Json{{"displayName", gateway::DirectoryNamedValue},
                                                 {"secret", false},
                                                 {"tags", Json::array({"gatehouse"})}});
    (*change.wanted)["value"] = *text;
    return ChangeSet{"Service directory", "", {std::move(change)}};
}

} // namespace gatehouse::jobs
