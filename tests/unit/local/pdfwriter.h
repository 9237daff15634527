// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <string>
#include <vector>

namespace gatehouse::test {

/// A PDF of numbered objects, from 1; the caller decides what is wrong with them.
class PdfWriter
{
public:
    int add(const std::string& body)
    {
        m_objects.push_back(body);
        return static_cast<int>(m_objects.size());
    }
    int addStream(const std::string& data, const std::string& entries = {})
    {
        return add("<< /Length " + std::to_string(data.size()) + " " + entries + " >>\nstream\n" + data +
                   "\nendstream");
    }
    std::string& object(int number) { return m_objects[static_cast<std::size_t>(number - 1)]; }

    [[nodiscard]] std::string bytes(const std::string& trailer = "/Root 1 0 R") const
    {
        std::string out = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
        std::string table = "0000000000 65535 f \n";
        for (std::size_t i = 0; i < m_objects.size(); ++i) {
            char line[24];
            std::snprintf(line, sizeof line, "%010zu 00000 n \n", out.size());
            table += line;
            out += std::to_string(i + 1) + " 0 obj\n" + m_objects[i] + "\nendobj\n";
        }
        const std::string size = std::to_string(m_objects.size() + 1);
        const std::size_t start = out.size();
        return out + "xref\n0 " + size + "\n" + table + "trailer\n<< /Size " + size + " " + trailer +
               " >>\nstartxref\n" + std::to_string(start) + "\n%%EOF\n";
    }

private:
    std::vector<std::string> m_objects;
};

inline const std::string PdfText = "BT /F1 12 Tf 72 700 Td (The notice period is ninety days.) Tj ET";

/// Objects 1 catalog, 2 pages, 3 page, 4 font, 5 contents.
inline PdfWriter onePage(const std::string& content = PdfText)
{
    PdfWriter pdf;
    pdf.add("<< /Type /Catalog /Pages 2 0 R >>");
    pdf.add("<< /Type /Pages /Count 1 /Kids [3 0 R] >>");
    pdf.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 "
            "4 0 R >> "
            ">> >>");
    pdf.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    pdf.addStream(content);
    return pdf;
}

} // namespace gatehouse::test
