// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rag/smoke/assertions.h"

#include <string>
#include <vector>

namespace gatehouse::rag::smoke {

/// Where an answer says that it is from, as far as the retrieved passages prove it.
struct CitedPlace
{
    std::string document; ///< the suite's name of it, else the backend's
    std::optional<int> page;

    auto operator<=>(const CitedPlace&) const = default;
};

/// Each place once, in the order of the citations. A citation of a passage that was not retrieved proves
/// nothing and is left out.
[[nodiscard]] std::vector<CitedPlace> citedPlaces(const Observation& seen);

/// "notice.pdf page 4".
[[nodiscard]] std::string toText(const CitedPlace& place);

[[nodiscard]] Finding checkCitesPage(const Assertion& assertion, const Observation& seen);
[[nodiscard]] Finding checkCitesDocument(const Assertion& assertion, const Observation& seen);

} // namespace gatehouse::rag::smoke
