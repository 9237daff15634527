// SPDX-License-Identifier: GPL-3.0-or-later
// Microsoft.Authorization/permissions (contracts §7): what the caller's role allows at a scope.
#include "core/local/arm/armcall.h"
#include "core/local/identity/personas.h"

namespace gatehouse::local {

void answerPermissions(ArmCall& call)
{
    if (call.method() != "GET")
        return answerArmError(call.exchange.response, 405, "MethodNotAllowed",
                              "Permissions can only be read.");
    const Persona* persona = personaByKey(call.exchange.caller.persona);
    // Owner, Reader, and Reader with the right to send requests to the models.
    Json actions = Json::array({persona != nullptr && persona->writesResources ? "*" : "*/read"});
    Json dataActions = Json::array();
    if (persona != nullptr && persona->usesGateway)
        dataActions.push_back("Microsoft.CognitiveServices/accounts/OpenAI/*");
    answerArm(call, 200,
              {{"value", Json::array({{{"actions", std::move(actions)},
                                       {"notActions", Json::array()},
                                       {"dataActions", std::move(dataActions)},
                                       {"notDataActions", Json::array()}}})}});
}

} // namespace gatehouse::local
