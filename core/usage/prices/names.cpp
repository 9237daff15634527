// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/prices/names.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::cost {

namespace {

/// text ends with a form such as "-9999-99-99", where 9 stands for any digit.
bool endsLike(std::string_view text, std::string_view form)
{
    if (text.size() <= form.size())
        return false;
    text.remove_prefix(text.size() - form.size());
    return std::equal(text.begin(), text.end(), form.begin(),
                      [](char c, char f) { return f == '9' ? c >= '0' && c <= '9' : c == f; });
}

} // namespace

ModelName modelName(std::string_view name)
{
    ModelName model;
    for (const char c : toLower(name)) {
        const char plain = c == ' ' || c == '_' || c == '/' ? '-' : c;
        if (plain != '-' || (!model.family.empty() && model.family.back() != '-'))
            model.family += plain;
    }
    while (model.family.ends_with('-'))
        model.family.pop_back();
    const std::size_t size = model.family.size();
    if (endsLike(model.family, "-9999-99-99")) {
        model.version = model.family.substr(size - 5, 2) + model.family.substr(size - 2);
        model.family.resize(size - 11);
    } else if (endsLike(model.family, "-9999")) {
        model.version = model.family.substr(size - 4);
        model.family.resize(size - 5);
    }
    return model;
}

std::string regionName(std::string_view name)
{
    std::string region = toLower(name);
    region.erase(std::remove_if(region.begin(), region.end(), [](char c) { return c == ' ' || c == '-'; }),
                 region.end());
    return region == "global" || region == "any" ? std::string() : region;
}

} // namespace gatehouse::cost
