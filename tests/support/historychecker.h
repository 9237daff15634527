// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/fakearm.h"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::test {

/// Single facts of a resource, each of which one writer can change without touching another: members of the
/// properties, limits of the rows of the quota sheet. "there" says that it exists.
using Facts = std::map<std::string, std::string>;

inline Facts factsOf(const std::string& id, const std::optional<Json>& properties)
{
    Facts facts;
    if (!properties)
        return facts;
    facts["there"] = "yes";
    if (!id.ends_with("/gatehouse-quotas")) {
        for (auto it = properties->begin(); it != properties->end(); ++it) {
            if (it.key() != "format")
                facts[it.key()] = dumpJson(it.value());
        }
        return facts;
    }
    const auto document =
        gateway::PolicyDocument::parse(textAt(*properties, "value"), gateway::PolicyDocument::Root::Fragment);
    for (const gateway::ServiceQuota& row : gateway::readQuotaSheet(*document).services) {
        facts[row.service + " tokens"] =
            row.limits.tokensPerMinute ? row.limits.tokensPerMinute->text : std::string("none");
        facts[row.service + " calls"] = row.limits.calls ? row.limits.calls->text : std::string("none");
    }
    return facts;
}

inline std::string factIn(const Facts& facts, const std::string& name)
{
    const auto found = facts.find(name);
    return found == facts.end() ? std::string() : found->second;
}

inline std::vector<std::string> changedFacts(const Facts& from, const Facts& to)
{
    std::vector<std::string> names;
    for (const auto& fact : from) {
        if (factIn(to, fact.first) != fact.second)
            names.push_back(fact.first);
    }
    for (const auto& fact : to) {
        if (!from.contains(fact.first))
            names.push_back(fact.first);
    }
    return names;
}

/// What somebody set out to change, and whether the console said that it is done.
struct Draft
{
    int writer = 0;
    std::string id;
    std::optional<Json> base;
    std::optional<Json> wanted;
    bool acknowledged = false;
    std::size_t firstCommit = 0; ///< commits before it began
    std::size_t endCommit = 0;   ///< commits when it ended
};

/// "every acknowledged write is in the final state or was replaced by a writer who had seen it": a commit may
/// only change what its draft changes, and only where what stood there is what the draft had seen. Answers
/// what is wrong, "" when nothing is.
inline std::string checkHistory(const FakeArm& arm, const std::vector<Draft>& drafts)
{
    const auto draftOf = [&](const FakeArm::Commit& commit, std::size_t at) -> const Draft* {
        for (const Draft& draft : drafts) {
            if (draft.writer == commit.writer && draft.id == commit.id && draft.firstCommit <= at &&
                at < draft.endCommit)
                return &draft;
        }
        return nullptr;
    };
    for (std::size_t at = 0; at < arm.commits.size(); ++at) {
        const FakeArm::Commit& commit = arm.commits[at];
        const Draft* draft = draftOf(commit, at);
        if (draft == nullptr)
            return "a write that no draft asked for";
        const Facts before = factsOf(commit.id, commit.before);
        const Facts after = factsOf(commit.id, commit.after);
        for (const std::string& name : changedFacts(before, after)) {
            if (factIn(before, name) != factIn(factsOf(commit.id, draft->base), name))
                return "silent overwrite of " + name;
            if (factIn(after, name) != factIn(factsOf(commit.id, draft->wanted), name))
                return "a value that nobody wanted in " + name;
        }
    }
    for (const Draft& draft : drafts) {
        if (!draft.acknowledged)
            continue;
        const Facts wanted = factsOf(draft.id, draft.wanted);
        for (const std::string& name : changedFacts(factsOf(draft.id, draft.base), wanted)) {
            bool there = factIn(factsOf(draft.id, arm.get(draft.id)), name) == factIn(wanted, name);
            // Replaced: by a commit that the loop above has found to know what it replaced.
            for (std::size_t at = draft.firstCommit; !there && at < arm.commits.size(); ++at) {
                const FakeArm::Commit& commit = arm.commits[at];
                there = commit.id == draft.id &&
                        factIn(factsOf(commit.id, commit.before), name) == factIn(wanted, name);
            }
            if (!there)
                return "lost update of " + name;
        }
    }
    return {};
}

} // namespace gatehouse::test
