// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// Names the definition below, and whether WordNet was there: vectors of two definitions cannot be compared.
[[nodiscard]] const char* textVectorFingerprint();

/// The simulated embedding of a text: length 1, deterministic, made from the text alone (no model). Texts
/// with the same words, forms of them, synonyms or kinds of the same thing are near each other.
/// core/local/rag/README.md defines it.
[[nodiscard]] std::vector<float> textVector(std::string_view text, std::size_t dimensions);

} // namespace gatehouse::local
