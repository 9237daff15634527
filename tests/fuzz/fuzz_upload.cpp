// SPDX-License-Identifier: GPL-3.0-or-later
// An upload's body, and what it holds read as a DOCX: an error or a value, nothing else. Names are harmless.
#include "core/local/rag/extract/multipart.h"
#include "core/local/rag/extract/readers.h"

#include <cstdlib>

using namespace gatehouse::local;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto file = readUpload("multipart/form-data; boundary=b", bytes);
    if (file && (file->name.empty() || file->name.size() > 255 ||
                 file->name.find_first_of("/\\\r\n") != std::string::npos))
        std::abort();
    const auto document = readDocx(file ? file->content : bytes, {});
    if (document && (document->sections.size() != 1 || document->sections[0].text.empty()))
        std::abort();
    return 0;
}
