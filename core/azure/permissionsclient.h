// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/armclient.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::azure {

/// What the roles of the signed-in user allow on one resource, without deny assignments (contracts §7).
class PermissionSet
{
public:
    /// One role's lists.
    struct Element
    {
        std::vector<std::string> actions;
        std::vector<std::string> notActions;
    };

    PermissionSet() = default;
    explicit PermissionSet(std::vector<Element> elements)
        : m_elements(std::move(elements))
    {}

    /// Allowed by one element: matched by its actions and not by its own notActions.
    [[nodiscard]] bool allows(std::string_view action) const;

private:
    std::vector<Element> m_elements;
};

/// "*" anywhere stands for any text; without case.
[[nodiscard]] bool matchesAction(std::string_view pattern, std::string_view action);

class PermissionsClient final : public QObject
{
public:
    explicit PermissionsClient(ArmClient& arm, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<PermissionSet>> permissions(const std::string& resourceId,
                                                             std::stop_token stop);

private:
    ArmClient& m_arm;
};

} // namespace gatehouse::azure
