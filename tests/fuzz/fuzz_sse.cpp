// SPDX-License-Identifier: GPL-3.0-or-later
// A stream read whole and byte by byte must give the same events, and no event may outgrow the limits.
#include "core/base/sse.h"
#include "core/base/utf8.h"

#include <cstdlib>

using gatehouse::SseEvent;
using gatehouse::SseParser;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    gatehouse::SseLimits limits;
    limits.maxLineBytes = 4096;
    limits.maxEventBytes = 8192;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    SseParser whole(limits);
    std::vector<SseEvent> once;
    whole.feed(bytes, once);
    SseParser bytewise(limits);
    std::vector<SseEvent> slowly;
    for (std::size_t i = 0; i < size; ++i)
        bytewise.feed(bytes.substr(i, 1), slowly);
    if (once.size() != slowly.size() || whole.failure() != bytewise.failure() ||
        whole.lastEventId() != bytewise.lastEventId() || whole.finish() != bytewise.finish())
        std::abort();
    for (std::size_t i = 0; i < once.size(); ++i) {
        if (once[i].data != slowly[i].data || once[i].type != slowly[i].type || once[i].data.size() > 8192 ||
            !gatehouse::isValidUtf8(once[i].data) || once[i].lastEventId.size() > 1024)
            std::abort();
    }
    return 0;
}
