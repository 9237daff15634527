// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/settingsstore.h"

#include "core/base/files.h"

#include <algorithm>

namespace gatehouse::settings {

namespace {

constexpr int CurrentVersion = 1;
constexpr std::size_t MaxBytes = 1U << 20U;
constexpr std::size_t MaxProfiles = 200;

/// Only the names that differ from the default, which may change for the better.
Json toJson(const RagMapping& mapping)
{
    const RagMapping usual;
    Json json = Json::object();
    for (const RagName& one : RagNames) {
        if (mapping.*one.name != usual.*one.name)
            json[one.key] = mapping.*one.name;
    }
    return json;
}

RagMapping mappingFrom(const Json& json)
{
    RagMapping mapping;
    for (const RagName& one : RagNames)
        mapping.*one.name = textAt(json, one.key, mapping.*one.name);
    return mapping;
}

Json toJson(const Profile& profile)
{
    return {{"name", profile.name},
            {"cloud", profile.cloudId},
            {"tenant", profile.tenantId},
            {"client", profile.clientId},
            {"subscription", profile.subscriptionId},
            {"workspace", profile.workspaceId},
            {"workspaceResource", profile.workspaceResourceId},
            {"gatewayResource", profile.apimResourceId},
            {"gatewayUrl", profile.gatewayUrl},
            {"ragUrl", profile.ragUrl},
            {"ragScope", profile.ragScope},
            {"ragMapping", toJson(profile.ragMapping)},
            {"account", profile.accountKey}};
}

Profile profileFrom(const Json& object)
{
    Profile profile;
    profile.name = textAt(object, "name");
    profile.cloudId = textAt(object, "cloud", "public");
    profile.tenantId = textAt(object, "tenant");
    profile.clientId = textAt(object, "client");
    profile.subscriptionId = textAt(object, "subscription");
    profile.workspaceId = textAt(object, "workspace");
    profile.workspaceResourceId = textAt(object, "workspaceResource");
    profile.apimResourceId = textAt(object, "gatewayResource");
    profile.gatewayUrl = textAt(object, "gatewayUrl");
    profile.ragUrl = textAt(object, "ragUrl");
    profile.ragScope = textAt(object, "ragScope");
    profile.ragMapping = mappingFrom(memberAt(object, "ragMapping"));
    profile.accountKey = textAt(object, "account");
    return profile;
}

/// Only profiles that hold; false when one was left out.
bool readProfiles(const Json& list, std::vector<Profile>& profiles)
{
    if (list.is_null())
        return true;
    if (!list.is_array())
        return false;
    bool all = true;
    for (const Json& item : list) {
        Profile profile = profileFrom(item);
        const bool taken = std::any_of(profiles.begin(), profiles.end(),
                                       [&](const Profile& other) { return other.name == profile.name; });
        if (profiles.size() >= MaxProfiles || taken || profile.isLocal() ||
            profile.name == LocalProfileName || !validate(profile)) {
            all = false;
            continue;
        }
        profiles.push_back(std::move(profile));
    }
    return all;
}

Settings settingsFrom(const Json& document, bool& complete)
{
    Settings settings;
    complete = readProfiles(memberAt(document, "profiles"), settings.profiles);
    const std::string theme = textAt(document, "theme", settings.theme);
    if (theme == "system" || theme == "light" || theme == "dark")
        settings.theme = theme;
    settings.lastProfile = textAt(document, "lastProfile", settings.lastProfile);
    settings.lastPage = textAt(document, "lastPage", settings.lastPage);
    settings.timeRange = textAt(document, "timeRange", settings.timeRange);
    settings.windowGeometry = textAt(document, "windowGeometry");
    settings.navigationWidth =
        static_cast<int>(std::clamp<std::int64_t>(integerAt(document, "navigationWidth", 176), 48, 600));
    return settings;
}

Json toJson(const Settings& settings)
{
    Json profiles = Json::array();
    for (const Profile& profile : settings.profiles) {
        if (!profile.isLocal())
            profiles.push_back(toJson(profile));
    }
    return {{"version", CurrentVersion},
            {"profiles", std::move(profiles)},
            {"lastProfile", settings.lastProfile},
            {"theme", settings.theme},
            {"lastPage", settings.lastPage},
            {"timeRange", settings.timeRange},
            {"windowGeometry", settings.windowGeometry},
            {"navigationWidth", settings.navigationWidth}};
}

} // namespace

SettingsStore::SettingsStore(std::string dataDirectory)
    : m_directory(std::move(dataDirectory))
    , m_path(m_directory + "/settings.json")
{}

Settings SettingsStore::load()
{
    m_notice.clear();
    m_newerVersion = false;
    Result<std::string> bytes = readFile(m_path, MaxBytes);
    if (!bytes && bytes.error().kind == Error::Kind::NotFound)
        return {};
    if (!bytes && bytes.error().kind == Error::Kind::Storage) {
        m_notice = "The settings cannot be read, so defaults are used. " + bytes.error().message;
        return {};
    }
    Result<Json> document = bytes ? parseJson(*bytes, MaxBytes) : tl::unexpected<Error>(bytes.error());
    const std::int64_t version = document ? integerAt(*document, "version", -1) : -1;
    if (version > CurrentVersion) {
        m_newerVersion = true;
        m_notice = "The settings were written by a newer version of Gatehouse. Defaults are used, nothing is "
                   "changed in them.";
        return {};
    }
    bool complete = false;
    Settings settings;
    if (version >= 1)
        settings = settingsFrom(*document, complete);
    if (version < 1 || !complete) {
        const std::string what = version < 1
                                     ? "The settings could not be used, so defaults are used."
                                     : "Some profiles in the settings could not be used and are left out.";
        keepCopy(what);
        if (version >= 1 && !save(settings))
            m_notice += " The profiles that could be read are not saved yet.";
    }
    return settings;
}

void SettingsStore::keepCopy(const std::string& what)
{
    const Result<std::string> kept = setAside(m_path);
    m_notice = what + (kept ? " The old file is kept as “" + *kept + "”." : " " + kept.error().message);
}

Status SettingsStore::save(const Settings& settings)
{
    if (m_newerVersion) {
        return fail(Error::Kind::Storage,
                    "The settings belong to a newer version of Gatehouse and are not changed.",
                    "Update Gatehouse, or name another folder with --data.");
    }
    for (const Profile& profile : settings.profiles) {
        if (Status valid = validate(profile); !valid)
            return valid;
    }
    if (Status made = makeDirectory(m_directory); !made)
        return made;
    return atomicWrite(m_path, dumpJson(toJson(settings), 2) + "\n");
}

} // namespace gatehouse::settings
