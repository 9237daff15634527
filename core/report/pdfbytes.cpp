// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/pdfbytes.h"

#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include <exception>
#include <memory>

namespace gatehouse::report {

namespace {

/// "D:20261126142100Z"
std::string pdfDate(DateTime moment)
{
    std::string digits;
    for (const char c : formatDateTime(moment).substr(0, 19)) {
        if (c >= '0' && c <= '9')
            digits += c;
    }
    return "D:" + digits + "Z";
}

QPDFObjectHandle text(const std::string& value)
{
    return QPDFObjectHandle::newUnicodeString(value);
}

/// The next and previous, parent and children of entries are references to each other.
void link(QPDFObjectHandle parent, std::vector<QPDFObjectHandle>& children)
{
    if (children.empty())
        return;
    parent.replaceKey("/First", children.front());
    parent.replaceKey("/Last", children.back());
    for (std::size_t i = 0; i < children.size(); ++i) {
        children[i].replaceKey("/Parent", parent);
        if (i > 0)
            children[i].replaceKey("/Prev", children[i - 1]);
        if (i + 1 < children.size())
            children[i].replaceKey("/Next", children[i + 1]);
    }
}

void addOutline(QPDF& pdf, const std::vector<Bookmark>& bookmarks)
{
    std::vector<QPDFPageObjectHelper> pages = QPDFPageDocumentHelper(pdf).getAllPages();
    QPDFObjectHandle root = pdf.makeIndirectObject(QPDFObjectHandle::parse("<< /Type /Outlines >>"));
    std::vector<QPDFObjectHandle> tops;
    std::vector<std::vector<QPDFObjectHandle>> below;
    for (const Bookmark& bookmark : bookmarks) {
        if (bookmark.page >= pages.size())
            continue;
        QPDFObjectHandle item = pdf.makeIndirectObject(QPDFObjectHandle::newDictionary());
        item.replaceKey("/Title", text(bookmark.title));
        QPDFObjectHandle place = QPDFObjectHandle::newArray();
        place.appendItem(pages[bookmark.page].getObjectHandle());
        place.appendItem(QPDFObjectHandle::newName("/Fit"));
        item.replaceKey("/Dest", place);
        if (bookmark.below && !tops.empty()) {
            below.back().push_back(item);
        } else {
            tops.push_back(item);
            below.emplace_back();
        }
    }
    if (tops.empty())
        return;
    link(root, tops);
    root.replaceKey("/Count", QPDFObjectHandle::newInteger(static_cast<int>(tops.size())));
    for (std::size_t i = 0; i < tops.size(); ++i) {
        link(tops[i], below[i]);
        // Negative: closed at first.
        if (!below[i].empty())
            tops[i].replaceKey("/Count", QPDFObjectHandle::newInteger(-static_cast<int>(below[i].size())));
    }
    pdf.getRoot().replaceKey("/Outlines", root);
}

void addFrame(QPDF& pdf, const PdfFrame& frame)
{
    QPDFObjectHandle info = pdf.makeIndirectObject(QPDFObjectHandle::newDictionary());
    const QPDFObjectHandle date = QPDFObjectHandle::newString(pdfDate(frame.date));
    info.replaceKey("/Title", text(frame.title));
    info.replaceKey("/Author", text(frame.author));
    info.replaceKey("/Creator", text("Gatehouse " GATEHOUSE_VERSION));
    info.replaceKey("/Producer", text("Gatehouse " GATEHOUSE_VERSION));
    info.replaceKey("/CreationDate", date);
    info.replaceKey("/ModDate", date);
    pdf.getTrailer().replaceKey("/Info", info);
    pdf.getRoot().replaceKey("/Lang", QPDFObjectHandle::newString("en"));
    pdf.getRoot().replaceKey("/ViewerPreferences", QPDFObjectHandle::parse("<< /DisplayDocTitle true >>"));
}

/// "AAAAAB+Roboto-Bold": six letters that tell the subsets of a document apart.
std::string subsetName(std::size_t index, std::string name)
{
    std::string tag = "AAAAAA";
    for (std::size_t place = tag.size(); index > 0 && place > 0; index /= 26)
        tag[--place] = static_cast<char>('A' + index % 26);
    if (const std::size_t plus = name.find('+'); plus != std::string::npos)
        name.erase(0, plus + 1);
    if (name.starts_with('/'))
        name.erase(0, 1);
    return "/" + tag + "+" + name;
}

/// Qt takes the tags of its subsets from object numbers that its hash gave out. The fonts themselves were
/// numbered as the pages asked for them.
void nameSubsets(QPDF& pdf)
{
    std::size_t index = 0;
    for (QPDFObjectHandle& font : pdf.getAllObjects()) {
        if (!font.isDictionaryOfType("/Font", "/Type0"))
            continue;
        QPDFObjectHandle below = font.getKey("/DescendantFonts").getArrayItem(0);
        QPDFObjectHandle descriptor = below.getKey("/FontDescriptor");
        const QPDFObjectHandle name =
            QPDFObjectHandle::newName(subsetName(index++, descriptor.getKey("/FontName").getName()));
        font.replaceKey("/BaseFont", name);
        below.replaceKey("/BaseFont", name);
        descriptor.replaceKey("/FontName", name);
    }
}

} // namespace

Result<std::string> canonicalPdf(std::string_view bytes, const PdfFrame& frame)
{
    // qpdf throws; nothing of it leaves this function.
    try {
        QPDF pdf;
        pdf.setSuppressWarnings(true);
        pdf.processMemoryFile("report", bytes.data(), bytes.size());
        nameSubsets(pdf);
        addFrame(pdf, frame);
        addOutline(pdf, frame.bookmarks);
        QPDFWriter writer(pdf);
        writer.setOutputMemory();
        writer.setDeterministicID(true);
        // Streams of objects would be filled in the order of Qt's numbers.
        writer.setObjectStreamMode(qpdf_o_disable);
        writer.write();
        if (pdf.anyWarnings())
            return fail(Error::Kind::Internal, "The PDF that was made is damaged.");
        const std::shared_ptr<Buffer> buffer = writer.getBufferSharedPointer();
        const unsigned char* const begin = buffer->getBuffer();
        return std::string(begin, begin + buffer->getSize());
    } catch (const std::exception& problem) {
        return fail(Error::Kind::Internal,
                    std::string("The PDF could not be finished: ") + problem.what() + ".");
    }
}

} // namespace gatehouse::report
