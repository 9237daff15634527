// SPDX-License-Identifier: GPL-3.0-or-later
// A chat stream in two slices must end as it does in one, and its pieces must make its text.
#include "core/gateway/chatstream.h"

#include <cstdlib>

using gatehouse::gateway::ChatStream;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    ChatStream once;
    once.feed(bytes);
    once.finish();
    ChatStream twice;
    std::string text;
    for (const std::string_view part : {bytes.substr(0, size / 2), bytes.substr(size / 2)}) {
        for (const std::string& piece : twice.feed(part))
            text += piece;
    }
    twice.finish();
    if (once.text() != twice.text() || text != twice.text() || once.outcome() != twice.outcome() ||
        once.deltas() != twice.deltas() || once.finishReason() != twice.finishReason())
        std::abort();
    return 0;
}
