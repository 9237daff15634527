// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace gatehouse::local {

/// Somebody who can sign in to the stack. There are three, and they never change.
struct Persona
{
    std::string_view key; ///< "admin", "manager", "developer"
    std::string_view title;
    std::string_view name;
    std::string_view username;
    std::string_view objectId;
    bool writesResources; ///< may write through ARM; the others read
    bool usesGateway;     ///< tokens for the gateway carry the role AI.User
};

[[nodiscard]] std::span<const Persona> personas();
/// Null when there is none.
[[nodiscard]] const Persona* personaByKey(std::string_view key);
[[nodiscard]] const Persona* personaByObjectId(std::string_view objectId);

} // namespace gatehouse::local
