// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/directory/directorydraft.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::ui {

using gateway::DirectoryFields;
using gateway::ServiceDirectory;
using gateway::ServiceFacts;

ServiceFacts factsIn(const ServiceDirectory& directory, const std::string& service)
{
    const ServiceFacts* const found = directory.find(service);
    if (found != nullptr)
        return *found;
    ServiceFacts nothing;
    nothing.subscription = service;
    return nothing;
}

bool saysAnything(const ServiceFacts& facts)
{
    return std::any_of(DirectoryFields.begin() + 1, DirectoryFields.end(),
                       [&](const auto& field) { return !(facts.*field.text).empty(); });
}

void DirectoryDraft::rebase(jobs::FactsNow now)
{
    m_now = std::move(now);
    const bool untouched = std::none_of(m_texts.begin(), m_texts.end(), [this](const auto& entry) {
        return changedMeanwhile(entry.second.id);
    });
    if (untouched)
        m_base = m_now;
    dropWhatStands();
}

void DirectoryDraft::dropWhatStands()
{
    for (auto service = m_texts.begin(); service != m_texts.end();) {
        const ServiceFacts before = factsIn(m_base.directory, service->second.id);
        std::erase_if(service->second.texts, [&](const auto& text) {
            return before.*DirectoryFields[text.first].text == text.second;
        });
        service = service->second.texts.empty() ? m_texts.erase(service) : std::next(service);
    }
    if (m_texts.empty())
        m_base = m_now;
}

const DirectoryDraft::Texts* DirectoryDraft::textsOf(const std::string& service) const
{
    const auto found = m_texts.find(toLower(service));
    return found == m_texts.end() ? nullptr : &found->second.texts;
}

bool DirectoryDraft::has(const std::string& service) const
{
    return textsOf(service) != nullptr;
}

bool DirectoryDraft::has(const std::string& service, std::size_t field) const
{
    const Texts* const texts = textsOf(service);
    return texts != nullptr && texts->contains(field);
}

FactEdit DirectoryDraft::entry(const std::string& service, std::size_t field) const
{
    return has(service, field) ? FactEdit{service, field, textsOf(service)->at(field)}
                               : FactEdit{service, field, std::nullopt};
}

void DirectoryDraft::set(const FactEdit& edit)
{
    Service& service = m_texts[toLower(edit.service)];
    if (service.id.empty())
        service.id = edit.service;
    if (edit.text)
        service.texts[edit.field] = *edit.text;
    else
        service.texts.erase(edit.field);
    dropWhatStands();
}

void DirectoryDraft::clear()
{
    m_texts.clear();
    m_base = m_now;
}

ServiceFacts DirectoryDraft::facts(const std::string& service) const
{
    ServiceFacts facts = factsIn(m_now.directory, service);
    if (const Texts* const texts = textsOf(service)) {
        for (const auto& [field, text] : *texts)
            facts.*DirectoryFields[field].text = text;
    }
    return facts;
}

bool DirectoryDraft::changedMeanwhile(const std::string& service) const
{
    const Texts* const texts = textsOf(service);
    if (texts == nullptr)
        return false;
    const ServiceFacts before = factsIn(m_base.directory, service);
    const ServiceFacts now = factsIn(m_now.directory, service);
    return std::any_of(texts->begin(), texts->end(), [&](const auto& text) {
        const auto member = DirectoryFields[text.first].text;
        return now.*member != before.*member && now.*member != text.second;
    });
}

std::vector<std::string> DirectoryDraft::drafted() const
{
    std::vector<std::string> ids;
    for (const auto& [key, service] : m_texts)
        ids.push_back(service.id);
    return ids;
}

/// A service of which nothing is said any more is not in the directory.
ServiceDirectory DirectoryDraft::over(const ServiceDirectory& directory) const
{
    ServiceDirectory result = directory;
    for (const auto& [key, service] : m_texts) {
        ServiceFacts facts = factsIn(directory, service.id);
        for (const auto& [field, text] : service.texts)
            facts.*DirectoryFields[field].text = text;
        const bool stays = saysAnything(facts);
        if (stays)
            result.set(std::move(facts));
        else
            std::erase_if(result.services, [&id = service.id](const ServiceFacts& each) {
                return equalsIgnoreCase(each.subscription, id);
            });
    }
    return result;
}

ServiceDirectory DirectoryDraft::shown() const
{
    return over(m_now.directory);
}

Result<jobs::ChangeSet> DirectoryDraft::changes() const
{
    return jobs::changesOf(m_base, over(m_base.directory));
}

} // namespace gatehouse::ui
