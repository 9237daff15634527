// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/merge/listmerge.h"

namespace gatehouse::gateway {

namespace {

using Keys = std::vector<std::string>;

bool has(const Keys& keys, const std::string& key)
{
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

Keys only(const Keys& keys, const Keys& those)
{
    Keys left;
    std::copy_if(keys.begin(), keys.end(), std::back_inserter(left),
                 [&](const std::string& key) { return has(those, key); });
    return left;
}

/// Whether what both have stands in another order.
bool moved(const Keys& from, const Keys& to)
{
    return only(from, to) != only(to, from);
}

/// Puts those of more that are missing behind the one that they follow there.
void insertMissing(Keys& order, const Keys& more)
{
    std::size_t place = 0;
    for (const std::string& key : more) {
        const auto found = std::find(order.begin(), order.end(), key);
        if (found == order.end())
            order.insert(order.begin() + static_cast<std::ptrdiff_t>(place), key);
        place = static_cast<std::size_t>(std::find(order.begin(), order.end(), key) - order.begin()) + 1;
    }
}

} // namespace

std::optional<Keys> mergeOrder(const Keys& base, const Keys& wanted, const Keys& now, const Keys& kept)
{
    const bool theyMoved = moved(base, now);
    if (theyMoved && moved(base, wanted) && moved(only(wanted, base), only(now, base)))
        return std::nullopt;
    const Keys& leading = theyMoved ? now : wanted;
    const Keys& following = theyMoved ? wanted : now;
    Keys order = only(leading, kept);
    insertMissing(order, only(following, kept));
    insertMissing(order, only(base, kept));
    return order;
}

} // namespace gatehouse::gateway
