// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/problem.h"

namespace gatehouse::gateway {

std::string toString(const PolicyProblem& problem)
{
    return "Error in element '" + problem.element + "' on line " + std::to_string(problem.position.line) +
           ", column " + std::to_string(problem.position.column) + ": " + problem.message;
}

Error toError(const PolicyProblem& problem)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.message = toString(problem);
    error.advice = problem.advice;
    error.position = problem.position;
    return error;
}

} // namespace gatehouse::gateway
