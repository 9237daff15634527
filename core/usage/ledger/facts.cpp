// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/facts.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::cost {

void ServiceFacts::set(std::string_view service, ServiceTerms terms)
{
    std::vector<ServiceTerms>& list = m_terms[toLower(service)];
    const auto place = std::lower_bound(list.begin(), list.end(), terms.since,
                                        [](const ServiceTerms& a, Day since) { return a.since < since; });
    if (place != list.end() && place->since == terms.since)
        *place = std::move(terms);
    else
        list.insert(place, std::move(terms));
}

bool ServiceFacts::rename(std::string_view old, std::string_view now)
{
    const std::string from = toLower(old);
    if (today(now) == from)
        return false;
    m_renamed[from] = toLower(now);
    return true;
}

std::string ServiceFacts::today(std::string_view service) const
{
    std::string id = toLower(service);
    for (auto next = m_renamed.find(id); next != m_renamed.end(); next = m_renamed.find(id))
        id = next->second;
    return id;
}

const std::vector<ServiceTerms>* ServiceFacts::all(std::string_view service) const
{
    const auto found = m_terms.find(today(service));
    return found == m_terms.end() ? nullptr : &found->second;
}

const ServiceTerms* ServiceFacts::find(std::string_view service, Day day) const
{
    const std::vector<ServiceTerms>* list = all(service);
    if (list == nullptr)
        return nullptr;
    const auto after = std::upper_bound(list->begin(), list->end(), day,
                                        [](Day at, const ServiceTerms& terms) { return at < terms.since; });
    return after == list->begin() ? &list->front() : &*std::prev(after);
}

std::string ServiceFacts::nameOf(std::string_view service) const
{
    const std::vector<ServiceTerms>* list = all(service);
    return list == nullptr || list->back().name.empty() ? today(service) : list->back().name;
}

} // namespace gatehouse::cost
