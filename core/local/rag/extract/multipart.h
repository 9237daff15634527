// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace gatehouse::local {

struct UploadedFile
{
    std::string name;
    std::string_view content;
};

[[nodiscard]] Result<UploadedFile> readUpload(std::string_view contentType, std::string_view body);

} // namespace gatehouse::local
