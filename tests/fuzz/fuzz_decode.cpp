// SPDX-License-Identifier: GPL-3.0-or-later
// What a plain parser refuses must be refused; what is handed out must be whole.
#include "core/base/json.h"
#include "core/table/queryanswer.h"

#include <cstdlib>

using namespace gatehouse;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string body(reinterpret_cast<const char*>(data), size);
    const auto answer = decodeQueryAnswer(body);
    const Error error = decodeServiceError(body, 400);
    if (error.message.empty() || (!answer && answer.error().message.empty()))
        std::abort();
    if (!answer)
        return 0;
    const auto plain = parseJson(body, size, 128);
    if (!plain || plain->at("tables").size() != answer->tables.size())
        std::abort();
    for (std::size_t i = 0; i < answer->tables.size(); ++i) {
        for (const Column& column : answer->tables[i].columns()) {
            if (column.size() != plain->at("tables").at(i).at("rows").size())
                std::abort();
        }
    }
    return 0;
}
