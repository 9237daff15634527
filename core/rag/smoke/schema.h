// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <optional>
#include <string>

namespace gatehouse::rag::smoke {

/// The subset of JSON Schema (draft 2020-12) that a suite may use: type, properties, required, items, enum,
/// const, minimum, maximum, minLength, maxLength, pattern, additionalProperties, minItems, maxItems, and the
/// annotations $schema, $id, $comment, title, description, default, examples. A schema may be true or false.
/// pattern is RE2's, found anywhere in the text.

/// What is wrong with a schema.
struct SchemaProblem
{
    std::vector<std::string> path; ///< of keys and indices, to what is wrong
    std::string sentence;
};

/// Empty when every keyword is known and well-formed; what is unknown is never ignored.
[[nodiscard]] std::optional<SchemaProblem> checkSchema(const Json& schema);

/// The first violation as "$.items[2].price is -1, below 0"; empty when the value is valid. The schema must
/// have passed checkSchema.
[[nodiscard]] std::optional<std::string> violation(const Json& schema, const Json& value);

} // namespace gatehouse::rag::smoke
