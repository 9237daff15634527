// SPDX-License-Identifier: GPL-3.0-or-later
// What one version of a policy document is made of. Internal to core/gateway/policy.
#pragma once

#include "core/gateway/policy/document.h"
#include "core/gateway/policy/markup.h"

namespace gatehouse::gateway {

/// What pugixml reads of an element; the one at the same index in Markup tells where it stands.
struct DecodedElement
{
    std::string name;
    std::vector<PolicyAttribute> attributes;
    std::string text;
    std::vector<std::size_t> children;
    std::vector<std::size_t> comments;
};

struct PolicyData
{
    std::string text;
    PolicyDocument::Root root = PolicyDocument::Root::Policies;
    Markup markup;
    std::vector<DecodedElement> elements;

    [[nodiscard]] TextPosition place(std::size_t start, std::size_t end) const;
    /// The index of the element whose '<' is at this byte, or NoIndex.
    [[nodiscard]] std::size_t elementAt(std::size_t start) const;
    /// Position in markup.elements[element].attributes, or NoIndex.
    [[nodiscard]] std::size_t attributeOf(std::size_t element, std::string_view name) const;
};

[[nodiscard]] PolicyProblem problemAt(const PolicyData& data, std::size_t element, std::string message);

} // namespace gatehouse::gateway
