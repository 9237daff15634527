// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/permissionsclient.h"

#include <algorithm>

namespace gatehouse::azure {

namespace {

std::vector<std::string> textsAt(const Json& object, std::string_view key)
{
    std::vector<std::string> texts;
    for (const Json& item : memberAt(object, key)) {
        if (item.is_string())
            texts.push_back(item.get<std::string>());
    }
    return texts;
}

bool matchesAny(const std::vector<std::string>& patterns, std::string_view action)
{
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return matchesAction(pattern, action); });
}

} // namespace

bool matchesAction(std::string_view pattern, std::string_view action)
{
    const std::string folded = toLower(pattern);
    const std::string text = toLower(action);
    // The usual greedy walk: after a mismatch the last star takes one character more. Linear for one star.
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < folded.size() && folded[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < folded.size() && folded[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return folded.find_first_not_of('*', p) == std::string::npos;
}

bool PermissionSet::allows(std::string_view action) const
{
    return std::any_of(m_elements.begin(), m_elements.end(), [&](const Element& element) {
        return matchesAny(element.actions, action) && !matchesAny(element.notActions, action);
    });
}

PermissionsClient::PermissionsClient(ArmClient& arm, QObject* parent)
    : QObject(parent)
    , m_arm(arm)
{}

QFuture<Result<PermissionSet>> PermissionsClient::permissions(const std::string& resourceId,
                                                              std::stop_token stop)
{
    return m_arm
        .list({resourceId + "/providers/Microsoft.Authorization/permissions", "2022-04-01", {}, {}},
              std::move(stop))
        .then(this, [](const Result<std::vector<Json>>& items) -> Result<PermissionSet> {
            if (!items)
                return fail(items.error());
            std::vector<PermissionSet::Element> elements;
            for (const Json& item : *items)
                elements.push_back({textsAt(item, "actions"), textsAt(item, "notActions")});
            return PermissionSet(std::move(elements));
        });
}

} // namespace gatehouse::azure
