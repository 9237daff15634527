// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/editor.h"

#include "core/gateway/policy/xmltext.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

Status checkName(std::string_view name, const char* what)
{
    if (!isName(name))
        return fail(Error::Kind::InvalidInput,
                    "“" + std::string(name) + "” cannot be the name of an " + what + ".",
                    "Begin it with a letter and use letters, digits, '-', '.' and '_'.");
    return {};
}

Status checkValue(std::string_view name, std::string_view value)
{
    if (firstForbidden(value) != std::string_view::npos)
        return fail(Error::Kind::InvalidInput,
                    "The value of " + std::string(name) + " has a character that XML cannot hold.",
                    "Remove control characters from it.");
    return {};
}

Status checkComment(std::string_view text)
{
    if (!isCommentText(text))
        return fail(Error::Kind::InvalidInput,
                    "A comment must not hold '--' or control characters, nor end with '-'.",
                    "Write the comment without them.");
    return {};
}

Status checkElement(const NewElement& element)
{
    if (auto checked = checkName(element.name, "element"); !checked)
        return checked;
    for (const PolicyAttribute& attribute : element.attributes) {
        if (auto checked = checkName(attribute.name, "attribute"); !checked)
            return checked;
        if (auto checked = checkValue(attribute.name, attribute.value); !checked)
            return checked;
    }
    for (const std::string& comment : element.comments) {
        if (auto checked = checkComment(comment); !checked)
            return checked;
    }
    for (const NewElement& child : element.children) {
        if (auto checked = checkElement(child); !checked)
            return checked;
    }
    return {};
}

std::string commentMarkup(std::string_view text)
{
    return "<!--" + std::string(text) + "-->";
}

/// How the lines of an inserted element are separated and indented; all empty within a line.
struct Layout
{
    std::string lineEnd;
    std::string step;
};

std::string elementMarkup(const NewElement& element, const std::string& indent, const Layout& layout)
{
    std::string text = "<" + element.name;
    for (const PolicyAttribute& attribute : element.attributes)
        text += " " + attribute.name + "=\"" + escapedAttribute(attribute.value, '"') + "\"";
    if (element.children.empty() && element.comments.empty())
        return text + " />";
    text += ">";
    const std::string inner = indent + layout.step;
    for (const std::string& comment : element.comments)
        text += layout.lineEnd + inner + commentMarkup(comment);
    for (const NewElement& child : element.children)
        text += layout.lineEnd + inner + elementMarkup(child, inner, layout);
    return text + layout.lineEnd + indent + "</" + element.name + ">";
}

tl::unexpected<Error> besideRoot()
{
    return fail(Error::Kind::InvalidInput, "Nothing can be put beside the root element or in its place.",
                "Choose an element inside of it.");
}

} // namespace

Status PolicyEditor::checkOwn(const std::shared_ptr<const PolicyData>& data) const
{
    if (data.get() != &m_data)
        return fail(Error::Kind::Conflict, "The element belongs to another version of the policy document.",
                    "Look it up in this version and edit it there.");
    return {};
}

Result<PolicyEdit> PolicyEditor::replace(Stretch stretch, std::string_view with,
                                         std::size_t elementStart) const
{
    std::string text = m_data.text;
    text.replace(stretch.from, stretch.to - stretch.from, with);
    auto next = PolicyDocument::parse(std::move(text), m_data.root);
    if (!next)
        return tl::unexpected(std::move(next.error()));
    const std::size_t index = next->m_data->elementAt(elementStart);
    if (index == NoIndex)
        return fail(Error::Kind::Internal, "The edited element is not where it was written.");
    PolicyElement element(next->m_data, index);
    return PolicyEdit{std::move(*next), std::move(element)};
}

Result<PolicyEdit> PolicyEditor::setAttribute(const PolicyElement& element, std::string_view name,
                                              std::string_view value) const
{
    for (const Status& checked :
         {checkOwn(element.m_data), checkName(name, "attribute"), checkValue(name, value)}) {
        if (!checked)
            return tl::unexpected(checked.error());
    }
    const MarkupElement& markup = m_data.markup.elements[element.m_index];
    const std::size_t index = m_data.attributeOf(element.m_index, name);
    if (index != NoIndex) {
        if (element.attributes()[index].value == value)
            return PolicyEdit{m_document, element};
        const MarkupAttribute& old = markup.attributes[index];
        return replace({old.valueStart, old.valueEnd}, escapedAttribute(value, old.quote), markup.start);
    }
    std::size_t at = markup.nameEnd;
    std::string separator = " ";
    char quote = '"';
    if (!markup.attributes.empty()) {
        const MarkupAttribute& last = markup.attributes.back();
        at = last.valueEnd + 1;
        separator = m_data.text.substr(last.start, last.nameStart - last.start);
        quote = last.quote;
    }
    const std::string added =
        separator + std::string(name) + "=" + quote + escapedAttribute(value, quote) + quote;
    return replace({at, at}, added, markup.start);
}

Result<PolicyEdit> PolicyEditor::removeAttribute(const PolicyElement& element, std::string_view name) const
{
    if (const Status own = checkOwn(element.m_data); !own)
        return tl::unexpected(own.error());
    const std::size_t index = m_data.attributeOf(element.m_index, name);
    if (index == NoIndex)
        return fail(Error::Kind::NotFound,
                    "The element '" + element.name() + "' has no attribute '" + std::string(name) + "'.");
    const MarkupElement& markup = m_data.markup.elements[element.m_index];
    const MarkupAttribute& old = markup.attributes[index];
    return replace({old.start, old.valueEnd + 1}, {}, markup.start);
}

Result<PolicyEdit> PolicyEditor::renameElement(const PolicyElement& element, std::string_view name) const
{
    for (const Status& checked : {checkOwn(element.m_data), checkName(name, "element")}) {
        if (!checked)
            return tl::unexpected(checked.error());
    }
    const MarkupElement& markup = m_data.markup.elements[element.m_index];
    const std::string renamed(name);
    if (markup.selfClosing)
        return replace({markup.nameStart(), markup.nameEnd}, renamed, markup.start);
    const std::size_t endName = markup.contentEnd + 2; // behind "</"
    const std::string between = m_data.text.substr(markup.nameEnd, endName - markup.nameEnd);
    const std::size_t length = markup.nameEnd - markup.nameStart();
    return replace({markup.nameStart(), endName + length}, renamed + between + renamed, markup.start);
}

Result<PolicyEdit> PolicyEditor::insertElement(PolicyPlace place, const PolicyElement& neighbour,
                                               const NewElement& element) const
{
    for (const Status& checked : {checkOwn(neighbour.m_data), checkElement(element)}) {
        if (!checked)
            return tl::unexpected(checked.error());
    }
    const MarkupElement& markup = m_data.markup.elements[neighbour.m_index];
    if (place != PolicyPlace::LastChild && markup.parent == NoIndex)
        return besideRoot();
    const Slot slot = slotFor(place, neighbour.m_index);
    Layout layout;
    if (slot.onOwnLines)
        layout = {lineEndNear(markup.start), indentStep()};
    const std::string text = slot.before + elementMarkup(element, slot.indent, layout) + slot.after;
    return replace(slot.replaced, text, slot.replaced.from + slot.before.size());
}

Result<PolicyEdit> PolicyEditor::removeElement(const PolicyElement& element) const
{
    if (const Status own = checkOwn(element.m_data); !own)
        return tl::unexpected(own.error());
    const MarkupElement& markup = m_data.markup.elements[element.m_index];
    if (markup.parent == NoIndex)
        return besideRoot();
    return replace(withOwnLine({markup.start, markup.end}), {}, m_data.markup.elements[markup.parent].start);
}

Result<PolicyEdit> PolicyEditor::insertComment(PolicyPlace place, const PolicyElement& neighbour,
                                               std::string_view text) const
{
    for (const Status& checked : {checkOwn(neighbour.m_data), checkComment(text)}) {
        if (!checked)
            return tl::unexpected(checked.error());
    }
    const MarkupElement& markup = m_data.markup.elements[neighbour.m_index];
    if (place != PolicyPlace::LastChild && markup.parent == NoIndex)
        return besideRoot();
    const Slot slot = slotFor(place, neighbour.m_index);
    const std::string added = slot.before + commentMarkup(text) + slot.after;
    return replace(slot.replaced, added,
                   place == PolicyPlace::Before ? markup.start + added.size() : markup.start);
}

Result<PolicyEdit> PolicyEditor::setComment(const PolicyComment& comment, std::string_view text) const
{
    for (const Status& checked : {checkOwn(comment.m_data), checkComment(text)}) {
        if (!checked)
            return tl::unexpected(checked.error());
    }
    const MarkupComment& markup = m_data.markup.comments[comment.m_index];
    return replace({markup.start, markup.end}, commentMarkup(text),
                   m_data.markup.elements[markup.parent].start);
}

Result<PolicyEdit> PolicyEditor::removeComment(const PolicyComment& comment) const
{
    if (const Status own = checkOwn(comment.m_data); !own)
        return tl::unexpected(own.error());
    const MarkupComment& markup = m_data.markup.comments[comment.m_index];
    return replace(withOwnLine({markup.start, markup.end}), {}, m_data.markup.elements[markup.parent].start);
}

PolicyEditor::Slot PolicyEditor::slotFor(PolicyPlace place, std::size_t neighbour) const
{
    if (place == PolicyPlace::LastChild)
        return slotInside(neighbour);
    const MarkupElement& markup = m_data.markup.elements[neighbour];
    Slot slot;
    const std::size_t at = place == PolicyPlace::Before ? markup.start : markup.end;
    slot.replaced = {at, at};
    const auto indent = indentAt(markup.start);
    if (!indent)
        return slot;
    slot.onOwnLines = true;
    slot.indent = *indent;
    std::string& separator = place == PolicyPlace::Before ? slot.after : slot.before;
    separator = lineEndNear(markup.start) + *indent;
    return slot;
}

PolicyEditor::Slot PolicyEditor::slotInside(std::size_t parent) const
{
    const MarkupElement& markup = m_data.markup.elements[parent];
    const std::string lineEnd = lineEndNear(markup.contentEnd);
    const auto endIndent = markup.selfClosing ? std::nullopt : indentAt(markup.contentEnd);
    Slot slot;
    if (endIndent) {
        // The end tag has a line of its own: the new lines go right above it.
        const std::size_t line = markup.contentEnd - endIndent->size();
        slot.replaced = {line, line};
        slot.indent = *endIndent + indentStep();
        for (const std::size_t child : m_data.elements[parent].children)
            slot.indent = indentAt(m_data.markup.elements[child].start).value_or(slot.indent);
        slot.before = slot.indent;
        slot.after = lineEnd;
        slot.onOwnLines = true;
        return slot;
    }
    slot.replaced = {markup.contentEnd, markup.contentEnd};
    if (markup.selfClosing) {
        std::size_t from = markup.end - 2; // the "/>"
        while (isBlank(m_data.text[from - 1]))
            --from;
        slot.replaced = {from, markup.end};
        slot.before = ">";
        slot.after = "</" + m_data.elements[parent].name + ">";
    }
    const std::string_view content(m_data.text.data() + markup.contentStart,
                                   markup.contentEnd - markup.contentStart);
    const auto own = indentAt(markup.start);
    if ((own || markup.parent == NoIndex) && isAllBlank(content)) {
        const std::string outer = own.value_or(std::string());
        slot.indent = outer + indentStep();
        slot.before += lineEnd + slot.indent;
        slot.after = lineEnd + outer + slot.after;
        slot.replaced.from = std::min(slot.replaced.from, markup.contentStart);
        slot.onOwnLines = true;
    }
    return slot;
}

PolicyEditor::Stretch PolicyEditor::withOwnLine(Stretch stretch) const
{
    const std::string_view text = m_data.text;
    const std::size_t lineEnd = text.find('\n', stretch.to);
    const auto indent = indentAt(stretch.from);
    if (lineEnd == std::string_view::npos || !indent ||
        !isAllBlank(text.substr(stretch.to, lineEnd - stretch.to)))
        return stretch;
    return {stretch.from - indent->size(), lineEnd + 1};
}

std::optional<std::string> PolicyEditor::indentAt(std::size_t offset) const
{
    const std::string& text = m_data.text;
    std::size_t start = offset;
    while (start > 0 && isBlank(text[start - 1]) && text[start - 1] != '\n')
        --start;
    const bool beginsLine = start > 0 && text[start - 1] == '\n';
    return beginsLine ? std::optional(text.substr(start, offset - start)) : std::nullopt;
}

std::string PolicyEditor::indentStep() const
{
    const auto stepAt = [this](std::size_t start) -> std::optional<std::string> {
        const auto indent = indentAt(start);
        const std::string outer = indentAt(m_data.markup.elements.front().start).value_or(std::string());
        return indent && indent->size() > outer.size() ? std::optional(indent->substr(outer.size()))
                                                       : std::nullopt;
    };
    for (const MarkupElement& element : m_data.markup.elements) {
        const auto step = element.parent == 0 ? stepAt(element.start) : std::nullopt;
        if (step)
            return *step;
    }
    for (const MarkupComment& comment : m_data.markup.comments) {
        const auto step = comment.parent == 0 ? stepAt(comment.start) : std::nullopt;
        if (step)
            return *step;
    }
    return "    ";
}

std::string PolicyEditor::lineEndNear(std::size_t offset) const
{
    const std::string& text = m_data.text;
    std::size_t at = text.rfind('\n', offset);
    if (at == std::string::npos)
        at = text.find('\n', offset);
    const bool isCrLf = at != std::string::npos && at > 0 && text[at - 1] == '\r';
    return isCrLf ? "\r\n" : "\n";
}

Result<PolicyEdit> PolicyDocument::setAttribute(const PolicyElement& element, std::string_view name,
                                                std::string_view value) const
{
    return PolicyEditor(*this).setAttribute(element, name, value);
}

Result<PolicyEdit> PolicyDocument::removeAttribute(const PolicyElement& element, std::string_view name) const
{
    return PolicyEditor(*this).removeAttribute(element, name);
}

Result<PolicyEdit> PolicyDocument::renameElement(const PolicyElement& element, std::string_view name) const
{
    return PolicyEditor(*this).renameElement(element, name);
}

Result<PolicyEdit> PolicyDocument::insertElement(PolicyPlace place, const PolicyElement& neighbour,
                                                 const NewElement& element) const
{
    return PolicyEditor(*this).insertElement(place, neighbour, element);
}

Result<PolicyEdit> PolicyDocument::removeElement(const PolicyElement& element) const
{
    return PolicyEditor(*this).removeElement(element);
}

Result<PolicyEdit> PolicyDocument::insertComment(PolicyPlace place, const PolicyElement& neighbour,
                                                 std::string_view text) const
{
    return PolicyEditor(*this).insertComment(place, neighbour, text);
}

Result<PolicyEdit> PolicyDocument::setComment(const PolicyComment& comment, std::string_view text) const
{
    return PolicyEditor(*this).setComment(comment, text);
}

Result<PolicyEdit> PolicyDocument::removeComment(const PolicyComment& comment) const
{
    return PolicyEditor(*this).removeComment(comment);
}

} // namespace gatehouse::gateway
