// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/money/day.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::cost {

/// What the company says of a service from a day on. A text that is not known is "".
struct ServiceTerms
{
    Day since;
    std::string name; ///< as it is shown
    std::string team;
    std::string owner;
    std::string costCentre;
    std::string environment;
    std::string application;
    bool operator==(const ServiceTerms&) const = default;
};

/// The services by subscription id (ids compare without case), with what held when: an owner who changes in
/// mid-month owes the days until then, the next one the days since. A service that got another id is one
/// service all the same: its old id is given the new one, for its whole history.
class ServiceFacts
{
public:
    /// In the place of what holds from the same day on.
    void set(std::string_view service, ServiceTerms terms);
    /// The old id stands for the new one from now on and for the past. False when that would lead in a
    /// circle.
    bool rename(std::string_view old, std::string_view now);

    /// The id that the service has today, in lower case.
    [[nodiscard]] std::string today(std::string_view service) const;
    /// What holds on the day: the newest terms that had begun, else the first ones. Null for an unknown
    /// service.
    [[nodiscard]] const ServiceTerms* find(std::string_view service, Day day) const;
    /// All terms of a service, oldest first; null for an unknown one.
    [[nodiscard]] const std::vector<ServiceTerms>* all(std::string_view service) const;
    /// The newest name, else the id.
    [[nodiscard]] std::string nameOf(std::string_view service) const;

private:
    std::map<std::string, std::vector<ServiceTerms>> m_terms; ///< by id in lower case
    std::map<std::string, std::string> m_renamed;
};

} // namespace gatehouse::cost
