// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace gatehouse::local {

/// Of a question's words in lower case: where a second question begins ("…, and who …", "compare … with …").
/// 0: it is one question.
[[nodiscard]] std::size_t secondQuestion(std::span<const std::string> words);

} // namespace gatehouse::local
