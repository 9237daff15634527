// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/ledger/grouping.h"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace gatehouse::cost {

/// Reads a dimension's value off the tags of a day, fast enough for every cell of a year. Values live as long
/// as the reader, and equal values of one reader are one object, so that their addresses tell them apart.
class ValueReader
{
public:
    /// Both must outlive the reader.
    ValueReader(const Ledger& ledger, const ServiceFacts& facts, CostDimension dimension);

    [[nodiscard]] const std::string& read(const TagIds& tags, Day day);
    [[nodiscard]] bool isTest(const TagIds& tags);
    /// A service is shown by its name.
    [[nodiscard]] std::string labelOf(const std::string& value) const;
    /// Services compare as what they are called today, models without case.
    [[nodiscard]] bool same(const std::string& value, const std::string& wanted) const;

private:
    struct Service
    {
        bool known = false;
        const std::string* today = nullptr;
        std::vector<std::pair<Day, const std::string*>> values; ///< of the dimension, by day
    };
    const Service& service(TextId id);
    const std::string* intern(std::string value);
    const std::string* own(TextId id);

    const Ledger* m_ledger;
    const ServiceFacts* m_facts;
    CostDimension m_dimension;
    std::string ServiceTerms::*m_term = nullptr; ///< what the facts have of the dimension
    std::optional<Tag> m_tag;                    ///< what the calls have of it
    std::vector<Service> m_services;
    std::vector<const std::string*> m_own;
    std::unordered_set<std::string> m_values;
    std::optional<TextId> m_test;
    /// By model in lower case, its first spelling: a deployment of another case is no other model.
    std::unordered_map<std::string, TextId> m_spellings;
};

} // namespace gatehouse::cost
