// SPDX-License-Identifier: GPL-3.0-or-later
// Linked with whole libraries: that it links at all shows that they need nothing beyond their own list.

#include <link.h>

#include <cstdio>
#include <cstring>

namespace {

int countForbidden(dl_phdr_info* info, std::size_t, void* count)
{
    if (info->dlpi_name != nullptr && std::strstr(info->dlpi_name, FORBIDDEN) != nullptr) {
        std::fprintf(stderr, "%s was loaded\n", info->dlpi_name);
        ++*static_cast<int*>(count);
    }
    return 0;
}

} // namespace

int main()
{
    int found = 0;
    dl_iterate_phdr(countForbidden, &found);
    return found == 0 ? 0 : 1;
}
