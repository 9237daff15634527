// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/threads.h"

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace gatehouse {

void lowerThreadPriority(int steps)
{
#ifdef __linux__
    // On Linux the number of a thread names that thread alone, against POSIX, where it is the whole process.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), ::getpriority(PRIO_PROCESS, 0) + steps);
#else
    static_cast<void>(steps);
#endif
}

} // namespace gatehouse
