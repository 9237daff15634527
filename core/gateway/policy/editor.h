// SPDX-License-Identifier: GPL-3.0-or-later
// Edits of a policy document's text. Internal to core/gateway/policy.
#pragma once

#include "core/gateway/policy/policydata.h"

namespace gatehouse::gateway {

/// Turns one version of a document into the next by replacing one stretch of its text. It finds the stretch
/// from the markup, keeps the style of what stands around it, and lets read() judge the result.
class PolicyEditor
{
public:
    explicit PolicyEditor(const PolicyDocument& document)
        : m_data(*document.m_data)
        , m_document(document)
    {}

    [[nodiscard]] Result<PolicyEdit> setAttribute(const PolicyElement& element, std::string_view name,
                                                  std::string_view value) const;
    [[nodiscard]] Result<PolicyEdit> removeAttribute(const PolicyElement& element,
                                                     std::string_view name) const;
    [[nodiscard]] Result<PolicyEdit> renameElement(const PolicyElement& element, std::string_view name) const;
    [[nodiscard]] Result<PolicyEdit> insertElement(PolicyPlace place, const PolicyElement& neighbour,
                                                   const NewElement& element) const;
    [[nodiscard]] Result<PolicyEdit> removeElement(const PolicyElement& element) const;
    [[nodiscard]] Result<PolicyEdit> insertComment(PolicyPlace place, const PolicyElement& neighbour,
                                                   std::string_view text) const;
    [[nodiscard]] Result<PolicyEdit> setComment(const PolicyComment& comment, std::string_view text) const;
    [[nodiscard]] Result<PolicyEdit> removeComment(const PolicyComment& comment) const;

private:
    struct Stretch
    {
        std::size_t from = 0;
        std::size_t to = 0;
    };
    /// The text around an insertion, and how the inserted one is laid out.
    struct Slot
    {
        Stretch replaced;
        std::string before;
        std::string after;
        std::string indent;
        bool onOwnLines = false;
    };

    [[nodiscard]] Status checkOwn(const std::shared_ptr<const PolicyData>& data) const;
    /// The new version; its edited element is the one whose '<' then stands at elementStart.
    [[nodiscard]] Result<PolicyEdit> replace(Stretch stretch, std::string_view with,
                                             std::size_t elementStart) const;
    [[nodiscard]] Slot slotFor(PolicyPlace place, std::size_t neighbour) const;
    [[nodiscard]] Slot slotInside(std::size_t parent) const;
    /// The stretch together with its line when nothing else stands there.
    [[nodiscard]] Stretch withOwnLine(Stretch stretch) const;

    /// The blanks between the line's start and this place; empty when something else stands there, or when it
    /// is the first line.
    [[nodiscard]] std::optional<std::string> indentAt(std::size_t offset) const;
    /// What one level of the document is indented by.
    [[nodiscard]] std::string indentStep() const;
    /// The line end in use around this place.
    [[nodiscard]] std::string lineEndNear(std::size_t offset) const;

    const PolicyData& m_data;
    const PolicyDocument& m_document;
};

} // namespace gatehouse::gateway
