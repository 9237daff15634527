#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the sample documents from their sources: make.py. The same sources give the same bytes.

src/NAME.KIND.md becomes NAME.KIND. Understood are `# title`, `## heading`, `- item`, `1. step`, `| a | b |` and
paragraphs, parted by blank lines.
"""
import pathlib
import re
import textwrap
import zipfile
import zlib
from xml.sax.saxutils import escape

HERE = pathlib.Path(__file__).parent

# Widths of Helvetica's characters 32 to 126 in thousandths (Adobe's metrics of the standard fonts).
PLAIN = [278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278] + [556] * 10 + [
    278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556,
    278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584]
BOLD = [278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278] + [556] * 10 + [
    333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556,
    333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584]


def blocks(source):
    """(kind, text) for each block; a table is ("table", rows)."""
    for block in re.split(r"\n\s*\n", source.strip()):
        if block.startswith("# "):
            yield "title", block[2:]
        elif block.startswith("## "):
            yield "heading", block[3:]
        elif block.startswith("|"):
            yield "table", [[cell.strip() for cell in row.strip("| ").split("|")] for row in block.split("\n")]
        elif re.match(r"- |\d+\. ", block):
            for line in block.split("\n"):
                yield "item", line
        else:
            yield "text", " ".join(block.split("\n"))


def width(text, size, bold):
    table = BOLD if bold else PLAIN
    return sum(table[ord(c) - 32] for c in text) * size / 1000


def wrapped(text, room, size, bold=False):
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and width(longer, size, bold) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return lines + [line]


class Pages:
    """Lines of text on A4 pages, in points from the lower left corner."""
    LEFT, TOP, BOTTOM, ROOM = 72, 770, 72, 451

    def __init__(self):
        self.pages, self.y = [[]], self.TOP

    def line(self, x, text, size, bold=False):
        text = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        self.pages[-1].append(f"BT /F{2 if bold else 1} {size} Tf {x:.1f} {self.y:.1f} Td ({text}) Tj ET")

    def need(self, height):
        if self.y - height < self.BOTTOM:
            self.pages.append([])
            self.y = self.TOP

    def paragraph(self, text, size, bold=False, before=0, after=8, keep=0, indent=0):
        lines = wrapped(text, self.ROOM - indent, size, bold)
        self.need(before + min(len(lines), 3) * size * 1.4 + keep)
        self.y -= before if self.pages[-1] else 0
        for one in lines:
            self.need(size * 1.4)
            self.line(self.LEFT + indent, one, size, bold)
            self.y -= size * 1.4
        self.y -= after

    def table(self, rows):
        columns = len(rows[0])
        step = self.ROOM / columns
        self.need(len(rows) * 18 + 8)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                self.line(self.LEFT + column * step, cell, 9.5, number == 0)
            self.y -= 6
            self.pages[-1].append(f"0.7 G 0.5 w {self.LEFT} {self.y:.1f} m {self.LEFT + self.ROOM} {self.y:.1f} l S")
            self.y -= 13
        self.y -= 8


def pdf(source):
    pages = Pages()
    for kind, content in blocks(source):
        if kind == "title":
            pages.paragraph(content, 20, True, after=6)
        elif kind == "heading":
            pages.paragraph(content, 13, True, before=8, after=3, keep=50)
        elif kind == "table":
            pages.table(content)
        elif kind == "item":
            pages.paragraph(content, 10.5, indent=14, after=3)
        else:
            pages.paragraph(content, 10.5)
    count = len(pages.pages)
    objects = ["<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
               "<< /Type /Pages /Count %d /Kids [%s] >>" % (count, " ".join(f"{5 + 2 * i} 0 R" for i in range(count))),
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>"]
    for number, page in enumerate(pages.pages):
        footer = f"BT /F1 8 Tf 270 40 Td (Page {number + 1} of {count}) Tj ET"
        data = zlib.compress("\n".join(page + [footer]).encode("ascii"), 9)
        objects.append("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                       "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (6 + 2 * number))
        objects.append((f"<< /Length {len(data)} /Filter /FlateDecode >>", data))
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode()
        out += body.encode() if isinstance(body, str) else body[0].encode() + b"\nstream\n" + body[1] + b"\nendstream"
        out += b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def paragraph(text, style="", numbered=False):
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered:
        properties += '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    return (f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space=\"preserve\">{escape(text)}</w:t></w:r></w:p>")


def word_table(rows):
    out = '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    for row in rows:
        out += "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
    return out + "</w:tbl>"


def docx(source):
    body = ""
    for kind, content in blocks(source):
        if kind == "table":
            body += word_table(content)
        elif kind == "item":
            body += paragraph(content.split(" ", 1)[1], numbered=True)
        else:
            body += paragraph(content, {"title": "Title", "heading": "Heading1"}.get(kind, ""))
    def style(ident, name, size, bold):
        return (f'<w:style w:type="paragraph" w:styleId="{ident}"><w:name w:val="{name}"/><w:pPr><w:spacing '
                f'w:before="200" w:after="120"/></w:pPr><w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr></w:style>')
    parts = {
        "[Content_Types].xml": HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(f'<Override PartName="/word/{part}.xml" ContentType="{WORD}.{kind}+xml"/>' for part, kind in
                  (("document", "document.main"), ("styles", "styles"), ("numbering", "numbering"))) + "</Types>",
        "_rels/.rels": HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": HEAD + f"<w:document {NAMESPACE}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": HEAD + f"<w:styles {NAMESPACE}>" + style("Title", "Title", 40, True)
        + style("Heading1", "heading 1", 28, True) + "</w:styles>",
        "word/numbering.xml": HEAD + f'<w:numbering {NAMESPACE}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
        '<w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum><w:num w:numId="1">'
        '<w:abstractNumId w:val="0"/></w:num></w:numbering>',
        "word/_rels/document.xml.rels": HEAD
        + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(f'<Relationship Id="r{i}" Type="{OFFICE}/{part}" Target="{part}.xml"/>'
                  for i, part in enumerate(("styles", "numbering"))) + "</Relationships>",
    }
    target = HERE / "made.tmp"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text.encode(), zipfile.ZIP_DEFLATED)
    data = target.read_bytes()
    target.unlink()
    return data


def txt(source):
    out = []
    for kind, content in blocks(source):
        if kind == "title":
            out.append(content.upper() + "\n" + "=" * len(content) + "\n")
        elif kind == "heading":
            out.append("\n" + content + "\n" + "-" * len(content) + "\n")
        elif kind == "item":
            out.append(textwrap.fill(content, 92, subsequent_indent="   "))
        else:
            out.append(("\n" if out and not out[-1].endswith("\n") else "") + textwrap.fill(content, 92) + "\n")
    return ("\n".join(out)).encode()


for path in sorted((HERE / "src").glob("*.md")):
    name = path.name[:-3]
    made = {"pdf": pdf, "docx": docx, "txt": txt}[name.rsplit(".", 1)[1]](path.read_text(encoding="utf-8"))
    (HERE / name).write_bytes(made)
    print(f"{name}: {len(made)} bytes")
