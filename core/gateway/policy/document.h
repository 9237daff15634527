// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/policy/problem.h"

#include <tl/expected.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::gateway {

struct PolicyData;

/// Name and decoded value: entities are resolved, line ends and tabs in the value are blanks
/// (XML 1.0, 3.3.3).
struct PolicyAttribute
{
    std::string name;
    std::string value;
};

/// One ancestor on the way from the section down; condition is that of a <when>, else "".
struct PolicyStep
{
    std::string element;
    std::string condition;
};

class PolicyComment;

/// An element of one version of a document. A light handle: it keeps that version alive, always points to the
/// same element of it, and is refused by the edits of every other version.
class PolicyElement
{
public:
    PolicyElement(std::shared_ptr<const PolicyData> data, std::size_t index);

    [[nodiscard]] const std::string& name() const;
    /// In the order of the text.
    [[nodiscard]] const std::vector<PolicyAttribute>& attributes() const;
    [[nodiscard]] std::optional<std::string> attribute(std::string_view name) const;
    /// The element's own text and CDATA, decoded, without that of its children.
    [[nodiscard]] const std::string& text() const;
    [[nodiscard]] std::vector<PolicyElement> children() const;
    [[nodiscard]] std::vector<PolicyComment> comments() const;
    /// Empty for the root.
    [[nodiscard]] std::optional<PolicyElement> parent() const;
    /// From below the root down to the parent, so that the section comes first.
    [[nodiscard]] std::vector<PolicyStep> path() const;

    /// Of the name in the start tag, as .NET's readers count.
    [[nodiscard]] TextPosition position() const;
    /// Of the attribute's name; the element's own when it has no such attribute.
    [[nodiscard]] TextPosition positionOf(std::string_view attribute) const;
    /// Where the element's own text begins; empty when it is blank.
    [[nodiscard]] std::optional<TextPosition> textPosition() const;

    friend bool operator==(const PolicyElement& a, const PolicyElement& b)
    {
        return a.m_data == b.m_data && a.m_index == b.m_index;
    }

private:
    friend class PolicyEditor;

    std::shared_ptr<const PolicyData> m_data;
    std::size_t m_index;
};

/// A comment inside of an element; a handle like PolicyElement.
class PolicyComment
{
public:
    PolicyComment(std::shared_ptr<const PolicyData> data, std::size_t index);

    /// What stands between <!-- and -->.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] TextPosition position() const;

private:
    friend class PolicyEditor;

    std::shared_ptr<const PolicyData> m_data;
    std::size_t m_index;
};

/// An element to be inserted. Its comments come before its children.
struct NewElement
{
    std::string name;
    std::vector<PolicyAttribute> attributes;
    std::vector<std::string> comments;
    std::vector<NewElement> children;
};

/// Where an insertion goes, seen from an element that is there.
enum class PolicyPlace { LastChild, Before, After };

struct PolicyEdit;

/// One version of an APIM policy document (contracts §4.3) in the format xml: expressions are XML-escaped, so
/// that the document is well-formed XML. A value that any thread may copy and read.
///
/// It is its text. An edit gives a new version whose text differs from this one's only where it was edited:
/// nothing is ever written anew from a tree, so comments, CDATA, quotation marks, the spelling of entities,
/// blanks, line ends, a byte order mark and unknown elements stay byte for byte. Handles belong to the
/// version that gave them.
class PolicyDocument
{
public:
    enum class Root {
        Policies, ///< <policies> with <inbound>, <backend>, <outbound> and <on-error>, each at most once
        Fragment  ///< <fragment>
    };

    /// Refused: more than 512 KB, elements deeper than 64, whatever is not well-formed XML in UTF-8 (rawxml
    /// among it), a document type or entity declaration, another root, and in Policies anything but the four
    /// sections and comments at the top.
    [[nodiscard]] static tl::expected<PolicyDocument, PolicyProblem> read(std::string text, Root root);
    /// The same with the problem as InvalidInput and its position.
    [[nodiscard]] static Result<PolicyDocument> parse(std::string text, Root root);

    [[nodiscard]] const std::string& text() const;
    [[nodiscard]] Root rootKind() const;
    [[nodiscard]] PolicyElement root() const;
    /// All of this name anywhere, in the order of the text.
    [[nodiscard]] std::vector<PolicyElement> elements(std::string_view name) const;

    // Every edit refuses a handle of another version (Conflict), names and values that XML cannot hold, and a
    // result that read() would refuse (InvalidInput).

    /// Replaces the value, or adds the attribute behind the last one. A value that is there already is left
    /// as it is spelled.
    [[nodiscard]] Result<PolicyEdit> setAttribute(const PolicyElement& element, std::string_view name,
                                                  std::string_view value) const;
    /// NotFound when the element has no such attribute.
    [[nodiscard]] Result<PolicyEdit> removeAttribute(const PolicyElement& element,
                                                     std::string_view name) const;
    /// Both tags; attributes and content stay.
    [[nodiscard]] Result<PolicyEdit> renameElement(const PolicyElement& element, std::string_view name) const;
    /// On a line of its own where its neighbour stands on one, indented as that is; else beside it.
    [[nodiscard]] Result<PolicyEdit> insertElement(PolicyPlace place, const PolicyElement& neighbour,
                                                   const NewElement& element) const;
    /// Together with its line when it stands alone there. The edit's element is the parent.
    [[nodiscard]] Result<PolicyEdit> removeElement(const PolicyElement& element) const;

    /// The edit's element is the neighbour.
    [[nodiscard]] Result<PolicyEdit> insertComment(PolicyPlace place, const PolicyElement& neighbour,
                                                   std::string_view text) const;
    /// The edit's element is the one that the comment stands in, as for removeComment.
    [[nodiscard]] Result<PolicyEdit> setComment(const PolicyComment& comment, std::string_view text) const;
    [[nodiscard]] Result<PolicyEdit> removeComment(const PolicyComment& comment) const;

private:
    friend class PolicyEditor;

    explicit PolicyDocument(std::shared_ptr<const PolicyData> data);

    std::shared_ptr<const PolicyData> m_data;
};

/// The new version, and in it the element that was edited or inserted.
struct PolicyEdit
{
    PolicyDocument document;
    PolicyElement element;
};

} // namespace gatehouse::gateway
