// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/unit/local/pdfwriter.h"

#include <QtCore/QCryptographicHash>

#include <numeric>
#include <utility>

namespace gatehouse::test {

inline std::string rc4(const std::string& key, std::string data)
{
    std::vector<unsigned> state(256);
    std::iota(state.begin(), state.end(), 0U);
    for (unsigned i = 0, j = 0; i < 256; ++i) {
        j = (j + state[i] + static_cast<unsigned char>(key[i % key.size()])) & 255U;
        std::swap(state[i], state[j]);
    }
    unsigned i = 0;
    unsigned j = 0;
    for (char& c : data) {
        i = (i + 1) & 255U;
        j = (j + state[i]) & 255U;
        std::swap(state[i], state[j]);
        c = static_cast<char>(static_cast<unsigned char>(c) ^ state[(state[i] + state[j]) & 255U]);
    }
    return data;
}

inline std::string md5(const std::string& data)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(data), QCryptographicHash::Md5).toStdString();
}

/// A PDF of one page under the 40-bit standard handler (PDF 1.7, 7.6.3). permissions: -1 allows all, -64
/// nothing; bit 5 is taking text out.
inline std::string encryptedPdf(const std::string& user, const std::string& owner, std::int32_t permissions)
{
    static const std::string padding(
        "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00"
        "\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A",
        32);
    const auto padded = [](const std::string& password) { return (password + padding).substr(0, 32); };
    const auto hex = [](const std::string& bytes) {
        return QByteArray::fromStdString(bytes).toHex().toStdString();
    };
    const std::string id(16, 'i');
    const std::string o = rc4(md5(padded(owner)).substr(0, 5), padded(user));
    std::string rights;
    for (unsigned i = 0; i < 4; ++i)
        rights += static_cast<char>((static_cast<std::uint32_t>(permissions) >> (8U * i)) & 0xFFU);
    const std::string key = md5(padded(user) + o + rights + id).substr(0, 5);
    PdfWriter pdf = onePage(rc4(md5(key + std::string("\5\0\0\0\0", 5)).substr(0, 10), PdfText));
    pdf.add("<< /Filter /Standard /V 1 /R 2 /O <" + hex(o) + "> /U <" + hex(rc4(key, padding)) + "> /P " +
            std::to_string(permissions) + " >>");
    return pdf.bytes("/Root 1 0 R /Encrypt 6 0 R /ID [<" + hex(id) + "> <" + hex(id) + ">]");
}

} // namespace gatehouse::test
