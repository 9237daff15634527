// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"

#include <string>

namespace gatehouse::test {

/// A body of tests/data/contract without the line end that editors add.
inline std::string contractBody(const std::string& name)
{
    std::string body = readFile(std::string(TEST_DATA_DIR "/contract/") + name).value_or(std::string());
    while (!body.empty() && body.back() == '\n')
        body.pop_back();
    return body;
}

} // namespace gatehouse::test
