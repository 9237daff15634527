// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/valuereader.h"

#include "core/base/encoding.h"

namespace gatehouse::cost {

ValueReader::ValueReader(const Ledger& ledger, const ServiceFacts& facts, CostDimension dimension)
    : m_ledger(&ledger)
    , m_facts(&facts)
    , m_dimension(dimension)
    , m_services(ledger.texts().size())
    , m_own(ledger.texts().size())
{
    switch (dimension) {
    case CostDimension::Service:
        break;
    case CostDimension::Team:
        m_term = &ServiceTerms::team;
        break;
    case CostDimension::CostCentre:
        m_term = &ServiceTerms::costCentre;
        break;
    case CostDimension::Owner:
        m_term = &ServiceTerms::owner;
        m_tag = Tag::Owner;
        break;
    case CostDimension::Environment:
        m_term = &ServiceTerms::environment;
        m_tag = Tag::Environment;
        break;
    case CostDimension::Application:
        m_term = &ServiceTerms::application;
        m_tag = Tag::Application;
        break;
    case CostDimension::Feature:
        m_tag = Tag::Feature;
        break;
    case CostDimension::Model:
        m_tag = Tag::Model;
        break;
    case CostDimension::Backend:
        m_tag = Tag::Backend;
        break;
    case CostDimension::Region:
        m_tag = Tag::Region;
        break;
    }
    for (std::size_t id = 0; id < ledger.texts().size(); ++id) {
        if (ledger.texts()[static_cast<TextId>(id)] == TestFeature)
            m_test = static_cast<TextId>(id);
        if (dimension == CostDimension::Model)
            m_spellings.try_emplace(toLower(ledger.texts()[static_cast<TextId>(id)]),
                                    static_cast<TextId>(id));
    }
}

const std::string* ValueReader::intern(std::string value)
{
    return &*m_values.insert(std::move(value)).first;
}

const std::string* ValueReader::own(TextId id)
{
    if (m_own[id] == nullptr) {
        const std::string& text = m_ledger->texts()[id];
        const auto spelling = m_spellings.find(toLower(text));
        m_own[id] = intern(spelling == m_spellings.end() ? text : m_ledger->texts()[spelling->second]);
    }
    return m_own[id];
}

const ValueReader::Service& ValueReader::service(TextId id)
{
    Service& service = m_services[id];
    if (service.known)
        return service;
    service.known = true;
    const std::string& name = m_ledger->texts()[id];
    service.today = intern(m_facts->today(name));
    const std::vector<ServiceTerms>* terms = m_facts->all(name);
    if (terms != nullptr && m_term != nullptr) {
        for (const ServiceTerms& one : *terms)
            service.values.emplace_back(one.since, intern(one.*m_term));
    }
    return service;
}

const std::string& ValueReader::read(const TagIds& tags, Day day)
{
    if (m_tag) {
        const std::string* value = own(tags[static_cast<std::size_t>(*m_tag)]);
        if (!value->empty() || m_term == nullptr)
            return *value;
    }
    const Service& its = service(tags[static_cast<std::size_t>(Tag::Service)]);
    if (m_dimension == CostDimension::Service)
        return *its.today;
    const std::string* value = its.values.empty() ? intern({}) : its.values.front().second;
    for (const auto& [since, text] : its.values) {
        if (since <= day)
            value = text;
    }
    return *value;
}

bool ValueReader::isTest(const TagIds& tags)
{
    return m_test && tags[static_cast<std::size_t>(Tag::Feature)] == *m_test;
}

std::string ValueReader::labelOf(const std::string& value) const
{
    return m_dimension == CostDimension::Service ? m_facts->nameOf(value) : value;
}

bool ValueReader::same(const std::string& value, const std::string& wanted) const
{
    if (m_dimension == CostDimension::Model)
        return toLower(value) == toLower(wanted);
    return m_dimension == CostDimension::Service ? value == m_facts->today(wanted) : value == wanted;
}

} // namespace gatehouse::cost
