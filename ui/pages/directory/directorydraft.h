// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/directory/fields.h"
#include "core/jobs/servicefacts.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::ui {

/// One text of one service: as the draft has it, or empty for "as it stands".
struct FactEdit
{
    std::string service;
    std::size_t field = 0; ///< of gateway::DirectoryFields; never 0, the service itself
    std::optional<std::string> text;

    bool operator==(const FactEdit&) const = default;
};

/// Texts of the directory that are to become others, laid over the directory as it stands. Each text stands
/// for itself, so that what others change elsewhere, in the same service too, shows and stays. Knows the
/// directory that it began from, against which the review finds what others changed. A value.
class DirectoryDraft
{
public:
    /// The directory as it stands from now on. While nobody else changed a drafted text, the draft goes on
    /// from there; a draft that somebody else made true is none any more.
    void rebase(jobs::FactsNow now);

    [[nodiscard]] bool empty() const { return m_texts.empty(); }
    [[nodiscard]] std::size_t services() const { return m_texts.size(); }
    [[nodiscard]] bool has(const std::string& service) const;
    [[nodiscard]] bool has(const std::string& service, std::size_t field) const;
    /// What the draft makes of this text, as an edit that brings it back.
    [[nodiscard]] FactEdit entry(const std::string& service, std::size_t field) const;
    void set(const FactEdit& edit);
    void clear();

    /// As it stands, with the draft.
    [[nodiscard]] gateway::ServiceFacts facts(const std::string& service) const;
    [[nodiscard]] const gateway::ServiceDirectory& standing() const { return m_now.directory; }
    /// Somebody else changed a text of the service that is drafted too.
    [[nodiscard]] bool changedMeanwhile(const std::string& service) const;
    /// Services that are drafted, by id.
    [[nodiscard]] std::vector<std::string> drafted() const;

    /// The directory as it stands with the draft: what is shown and exported.
    [[nodiscard]] gateway::ServiceDirectory shown() const;
    /// The change from what the draft began from.
    [[nodiscard]] Result<jobs::ChangeSet> changes() const;
    [[nodiscard]] const std::string& resourceId() const { return m_now.resourceId; }

private:
    using Texts = std::map<std::size_t, std::string>;
    [[nodiscard]] gateway::ServiceDirectory over(const gateway::ServiceDirectory& directory) const;
    [[nodiscard]] const Texts* textsOf(const std::string& service) const;
    /// A text that is what it was anyway is no draft.
    void dropWhatStands();

    jobs::FactsNow m_base; ///< what the draft began from
    jobs::FactsNow m_now;
    struct Service
    {
        std::string id; ///< as it was first written
        Texts texts;
    };
    std::map<std::string, Service> m_texts; ///< by the id in lower case, as they compare
};

/// A service's facts in a directory; only the id for one that is not in it.
[[nodiscard]] gateway::ServiceFacts factsIn(const gateway::ServiceDirectory& directory,
                                            const std::string& service);
/// Whether anything but the service itself is said.
[[nodiscard]] bool saysAnything(const gateway::ServiceFacts& facts);

} // namespace gatehouse::ui
