// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <string>

namespace gatehouse::gateway {

/// What is wrong in a policy document, and where, so that an editor can mark the place.
struct PolicyProblem
{
    std::string element;   ///< the innermost element that it concerns
    std::string attribute; ///< "" when it is the element as a whole
    /// Of the name of the element or the attribute, or of the offending text. Columns count characters; a
    /// byte order mark is none.
    TextPosition position;
    std::string message; ///< one sentence
    std::string advice;  ///< what to do next; may be ""
};

/// "Error in element 'when' on line 3, column 6: …", as APIM words it (contracts §4.1).
[[nodiscard]] std::string toString(const PolicyProblem& problem);
/// The same as InvalidInput with its position.
[[nodiscard]] Error toError(const PolicyProblem& problem);

} // namespace gatehouse::gateway
