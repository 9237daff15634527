// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/extract/archive.h"
#include "core/local/rag/extract/cleantext.h"
#include "core/local/rag/extract/docxtext.h"
#include "core/local/rag/extract/readers.h"
#include "core/local/rag/extract/reply.h"

#include <pugixml.hpp>

#include <optional>

namespace gatehouse::local {

namespace {

constexpr int MaxDepth = 256;

/// Visits without recursion, so that a deep tree cannot use up the stack.
class DepthCheck final : public pugi::xml_tree_walker
{
public:
    bool for_each(pugi::xml_node& node) override
    {
        m_doctype = m_doctype || node.type() == pugi::node_doctype;
        m_tooDeep = m_tooDeep || depth() > MaxDepth;
        return !m_tooDeep && !m_doctype;
    }
    bool m_tooDeep = false;
    bool m_doctype = false;
};

/// Entities of the document's own are never resolved; a document type is refused, since no DOCX has one.
Status parse(pugi::xml_document& document, const std::string& xml)
{
    const auto parsed = document.load_buffer(
        xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_doctype);
    if (parsed.status == pugi::status_out_of_memory)
        return refuse("TooComplex", "The document is too complex: it has too many parts.",
                      "Split it into several documents.");
    DepthCheck check;
    document.traverse(check);
    if (check.m_doctype)
        return refuse("TooComplex", "The document is refused: it defines XML entities of its own.",
                      SaveAgain);
    if (check.m_tooDeep)
        return refuse("TooComplex",
                      "The document is too complex: its parts are nested more than " +
                          std::to_string(MaxDepth) + " deep.",
                      SaveAgain);
    if (!parsed)
        return damaged("its XML is not well-formed");
    return {};
}

bool isWanted(std::string_view name)
{
    return name == "[Content_Types].xml" || name == "_rels/.rels" ||
           (name.ends_with(".xml") && name.find('/') != std::string_view::npos &&
            !name.starts_with("customXml/") && !name.starts_with("docProps/") &&
            name.find("/theme/") == std::string_view::npos);
}

/// "/word/document.xml", as the package names its main part.
std::string mainPart(const Archive& archive)
{
    const auto relations = archive.entries.find("_rels/.rels");
    pugi::xml_document document;
    if (relations != archive.entries.end() && parse(document, relations->second)) {
        for (const pugi::xml_node& relation : document.document_element().children()) {
            const std::string_view type = relation.attribute("Type").value();
            std::string_view target = relation.attribute("Target").value();
            if (!type.ends_with("/officeDocument"))
                continue;
            if (target.starts_with('/'))
                target.remove_prefix(1);
            return std::string(target);
        }
    }
    return "word/document.xml";
}

/// What the package says that its main part is; other Office files are named.
Status checkKind(const Archive& archive, const std::string& part)
{
    const auto types = archive.entries.find("[Content_Types].xml");
    if (types == archive.entries.end())
        return refuse("TypeMismatch", "The file is named .docx, but it holds a ZIP archive.",
                      "Upload the documents in it one by one.");
    pugi::xml_document document;
    if (auto parsed = parse(document, types->second); !parsed)
        return parsed;
    std::string_view type;
    for (const pugi::xml_node& node : document.document_element().children()) {
        if (std::string_view(node.attribute("PartName").value()) == "/" + part)
            type = node.attribute("ContentType").value();
    }
    const auto other = [](const char* what) {
        return refuse("TypeMismatch", std::string("The file is named .docx, but it holds ") + what + ".",
                      "Upload a PDF, DOCX or TXT file.");
    };
    if (type.find("spreadsheetml") != std::string_view::npos)
        return other("a spreadsheet");
    if (type.find("presentationml") != std::string_view::npos)
        return other("a presentation");
    if (type.find("macroEnabled") != std::string_view::npos)
        return other("a document with macros (DOCM)");
    if (!archive.entries.contains(part))
        return damaged("its main part is missing");
    return {};
}

/// The body, or empty where there is no such part. Notes stand behind the text, as on paper.
Result<std::string> partText(const Archive& archive, const std::string& name)
{
    const auto part = archive.entries.find(name);
    if (part == archive.entries.end())
        return std::string();
    pugi::xml_document document;
    if (auto parsed = parse(document, part->second); !parsed)
        return fail(parsed.error());
    return wordText(document.document_element());
}

} // namespace

Result<ExtractedDocument> readDocx(std::string_view bytes, const ExtractionLimits& limits)
{
    const auto archive = readArchive(bytes, isWanted);
    if (!archive)
        return fail(archive.error());
    const std::string main = mainPart(*archive);
    if (auto checked = checkKind(*archive, main); !checked)
        return fail(checked.error());
    const std::string folder = main.substr(0, main.rfind('/') + 1);
    std::string text;
    for (const std::string& name : {main, folder + "footnotes.xml", folder + "endnotes.xml"}) {
        const auto part = partText(*archive, name);
        if (!part)
            return fail(part.error());
        text += "\n\n" + *part;
    }
    std::string clean = cleanText(text);
    if (clean.empty())
        return refuse("NoText", "The document holds no text.", "Choose a document with text in it.");
    if (clean.size() > limits.textBytes)
        return refuse("DocumentTooLarge", "The document holds too much text.",
                      "Split it into several documents.");
    ExtractedDocument document;
    document.mediaType = DocxType;
    document.sections.push_back({std::nullopt, std::move(clean)});
    return document;
}

} // namespace gatehouse::local
