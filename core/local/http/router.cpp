// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/http/router.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

constexpr std::string_view Rest = "{rest...}";

bool isParameter(std::string_view segment)
{
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// "/a/b/" → "a", "b"; a trailing slash means nothing.
void split(std::string_view path, std::vector<std::string_view>& segments)
{
    while (!path.empty()) {
        if (path.front() == '/') {
            path.remove_prefix(1);
            continue;
        }
        const std::string_view segment = path.substr(0, path.find('/'));
        segments.push_back(segment);
        path.remove_prefix(segment.size());
    }
}

/// Higher is more literal; compared from the left.
std::string rank(const std::vector<std::string>& segments, bool takesRest)
{
    std::string text;
    for (const std::string& segment : segments)
        text += isParameter(segment) ? '1' : '2';
    text += takesRest ? '0' : '3';
    return text;
}

bool fits(const std::vector<std::string>& pattern, bool takesRest, const std::vector<std::string_view>& path)
{
    if (takesRest ? path.size() < pattern.size() : path.size() != pattern.size())
        return false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!isParameter(pattern[i]) && !equalsIgnoreCase(pattern[i], path[i]))
            return false;
    }
    return true;
}

} // namespace

void Router::add(Route route)
{
    Pattern pattern;
    std::vector<std::string_view> segments;
    split(route.pattern, segments);
    if (!segments.empty() && segments.back() == Rest) {
        pattern.takesRest = true;
        segments.pop_back();
    }
    pattern.segments.assign(segments.begin(), segments.end());
    pattern.route = std::move(route);
    const bool open = pattern.segments.empty() || isParameter(pattern.segments.front());
    const std::string key = open ? std::string() : toLower(pattern.segments.front());
    m_patterns.push_back(std::move(pattern));
    std::vector<std::size_t>& group = m_byFirstSegment[key];
    group.push_back(m_patterns.size() - 1);
    std::stable_sort(group.begin(), group.end(), [this](std::size_t a, std::size_t b) {
        return rank(m_patterns[a].segments, m_patterns[a].takesRest) >
               rank(m_patterns[b].segments, m_patterns[b].takesRest);
    });
}

/// Calls visitor with each pattern that fits, the most literal first, until it answers true.
template <typename Visit>
void Router::visit(const std::vector<std::string_view>& path, Visit visitor) const
{
    for (const std::string& key : {path.empty() ? std::string() : toLower(path.front()), std::string()}) {
        const auto group = m_byFirstSegment.find(key);
        if (group == m_byFirstSegment.end())
            continue;
        for (const std::size_t index : group->second) {
            const Pattern& pattern = m_patterns[index];
            if (fits(pattern.segments, pattern.takesRest, path) && visitor(pattern))
                return;
        }
    }
}

const Route* Router::match(std::string_view method, std::string_view path,
                           std::vector<std::string>& parameters, bool& pathKnown) const
{
    std::vector<std::string_view> segments;
    segments.reserve(12);
    split(path, segments);
    const Pattern* found = nullptr;
    const Pattern* asGet = nullptr; // HEAD is answered like GET where nobody answers it otherwise
    pathKnown = false;
    visit(segments, [&](const Pattern& pattern) {
        pathKnown = true;
        if (pattern.route.method == method || pattern.route.method == "*")
            found = &pattern;
        else if (asGet == nullptr && method == "HEAD" && pattern.route.method == "GET")
            asGet = &pattern;
        return found != nullptr;
    });
    if (found == nullptr)
        found = asGet;
    if (found == nullptr)
        return nullptr;
    parameters.clear();
    for (std::size_t i = 0; i < found->segments.size(); ++i) {
        if (isParameter(found->segments[i]))
            parameters.push_back(percentDecode(segments[i]));
    }
    if (found->takesRest) {
        std::string rest;
        for (std::size_t i = found->segments.size(); i < segments.size(); ++i) {
            if (!rest.empty())
                rest += '/';
            rest += percentDecode(segments[i]);
        }
        parameters.push_back(std::move(rest));
    }
    return &found->route;
}

std::string Router::allowedMethods(std::string_view path) const
{
    std::vector<std::string_view> segments;
    split(path, segments);
    std::string methods;
    visit(segments, [&](const Pattern& pattern) {
        if (methods.find(pattern.route.method) == std::string::npos) {
            if (!methods.empty())
                methods += ", ";
            methods += pattern.route.method;
        }
        return false;
    });
    return methods;
}

std::string Authenticator::challenge(const Error&) const
{
    return "Bearer realm=\"\"";
}

} // namespace gatehouse::local
