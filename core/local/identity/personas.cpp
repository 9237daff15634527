// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/identity/personas.h"

#include <array>

namespace gatehouse::local {

namespace {

constexpr std::array<Persona, 3> All = {{
    {"admin", "Platform admin", "Ada Admin", "ada@contoso.localhost", "a3d5b0c4-6f0e-4a61-9d53-1be0c7f2a901",
     true, true},
    {"manager", "Manager", "Max Manager", "max@contoso.localhost", "b81c2e7d-5a94-4f3c-8e16-7d20f9c4a502",
     false, false},
    {"developer", "Developer", "Dana Developer", "dana@contoso.localhost",
     "c6f09a18-3b7d-4e25-a4c8-95e1d3b7a603", false, true},
}};

} // namespace

std::span<const Persona> personas()
{
    return All;
}

const Persona* personaByKey(std::string_view key)
{
    for (const Persona& persona : All) {
        if (persona.key == key)
            return &persona;
    }
    return nullptr;
}

const Persona* personaByObjectId(std::string_view objectId)
{
    for (const Persona& persona : All) {
        if (persona.objectId == objectId)
            return &persona;
    }
    return nullptr;
}

} // namespace gatehouse::local
