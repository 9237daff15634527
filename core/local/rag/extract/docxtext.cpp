// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/extract/docxtext.h"

#include <pugixml.hpp>

#include <string_view>

namespace gatehouse::local {

namespace {

std::string_view localName(const pugi::xml_node& node)
{
    const std::string_view name = node.name();
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node childNamed(const pugi::xml_node& node, std::string_view name)
{
    for (const pugi::xml_node& child : node.children()) {
        if (localName(child) == name)
            return child;
    }
    return {};
}

/// <w:vanish/> is on unless its value says otherwise.
bool isOn(const pugi::xml_node& node)
{
    if (!node)
        return false;
    const std::string_view value = node.first_attribute().value();
    return value != "0" && value != "false" && value != "off";
}

bool isSkipped(std::string_view name)
{
    return name == "del" || name == "moveFrom" || name == "instrText" || name == "delText" || name == "pPr" ||
           name == "rPr" || name == "tblPr" || name == "sectPr" || name == "tcPr" || name == "trPr" ||
           name == "delInstrText" || name == "ruby";
}

/// The texts of a paragraph in a row. Text boxes in it are paragraphs of their own and are kept apart.
class Inline
{
public:
    void read(const pugi::xml_node& node)
    {
        for (const pugi::xml_node& child : node.children()) {
            const std::string_view name = localName(child);
            if (isSkipped(name) || (name == "r" && isOn(childNamed(childNamed(child, "rPr"), "vanish"))))
                continue;
            if (name == "t")
                m_text += child.child_value();
            else if (name == "tab" || name == "ptab")
                m_text += '\t';
            else if (name == "br" || name == "cr")
                m_text += '\n';
            else if (name == "noBreakHyphen")
                m_text += '-';
            else if (name == "txbxContent")
                m_boxes += "\n\n" + wordText(child);
            else if (name == "AlternateContent")
                read(childNamed(child, "Choice") ? childNamed(child, "Choice")
                                                 : childNamed(child, "Fallback"));
            else
                read(child);
        }
    }
    std::string m_text;
    std::string m_boxes;
};

std::string paragraph(const pugi::xml_node& node)
{
    Inline inlines;
    inlines.read(node);
    std::string text;
    if (childNamed(childNamed(node, "pPr"), "numPr") && !inlines.m_text.empty())
        text = "\xE2\x80\xA2 ";
    return text + inlines.m_text + inlines.m_boxes;
}

std::string tableRow(const pugi::xml_node& row)
{
    std::string line;
    for (const pugi::xml_node& cell : row.children()) {
        const std::string_view name = localName(cell);
        std::string text;
        if (name == "tc")
            text = wordText(cell);
        else if (name == "sdt")
            text = wordText(childNamed(cell, "sdtContent"));
        else
            continue;
        for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at))
            text.replace(at,
                         text.find_first_not_of('\n', at) == std::string::npos
                             ? std::string::npos
                             : text.find_first_not_of('\n', at) - at,
                         " ");
        line += line.empty() ? text : " | " + text;
    }
    return line;
}

} // namespace

std::string wordText(const pugi::xml_node& root)
{
    std::string out;
    for (const pugi::xml_node& node : root.children()) {
        const std::string_view name = localName(node);
        if (isSkipped(name))
            continue;
        std::string text;
        if (name == "p")
            text = paragraph(node);
        else if (name == "tr")
            text = tableRow(node);
        else
            text = wordText(node);
        if (text.empty())
            continue;
        if (!out.empty())
            out += name == "tr" ? "\n" : "\n\n";
        out += text;
    }
    return out;
}

} // namespace gatehouse::local
