// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/endpoint.h"

namespace gatehouse::local {

std::string_view pathOf(Operation operation)
{
    return operation == Operation::ChatCompletions ? "chat/completions" : "embeddings";
}

} // namespace gatehouse::local
