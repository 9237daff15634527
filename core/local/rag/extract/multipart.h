// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace gatehouse::local {

/// The uploaded file. content is a part of the body that was read and lives as long as that one.
struct UploadedFile
{
    std::string name; ///< last path segment, without control characters, valid UTF-8, 1 to 255 bytes
    std::string_view content;
};

/// What a multipart/form-data body holds in its one part named `file` (RFC 7578); other fields are passed
/// over. Anything else is InvalidInput with the service code BadMultipart: a missing or cut boundary, lines
/// that end in LF alone, two files, no file name, a transfer encoding.
[[nodiscard]] Result<UploadedFile> readUpload(std::string_view contentType, std::string_view body);

/// The name that a sender gave, made harmless: its last path segment, valid UTF-8, no control or direction
/// characters, at most 255 bytes with its ending kept. Empty when nothing is left.
[[nodiscard]] std::string cleanFileName(std::string_view name);

} // namespace gatehouse::local
