// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/servicefacts.h"
#include "tests/ui/fakes/fakechanges.h"

namespace gatehouse::test {

inline constexpr const char* FactsResource = "/svc/namedValues/gatehouse-directory";

/// The directory as the service has it, with its named value.
[[nodiscard]] inline jobs::FactsNow factsNow(const gateway::ServiceDirectory& directory)
{
    return {directory, FactsResource,
            Json{{"displayName", gateway::DirectoryNamedValue},
                 {"secret", false},
                 {"value", *gateway::writeDirectory(directory)}}};
}

/// Two services of the sample board and one that API Management does not have.
[[nodiscard]] inline gateway::ServiceDirectory sampleDirectory()
{
    gateway::ServiceDirectory directory;
    directory.set({"billing", "Billing", "invoices", "production", "Anna Ek", "CC-1100", "internal"});
    directory.set({"checkout", "Shop", "cart help", "production", "Bo Lind", "CC-2200", "public"});
    directory.set({"legacy-bot", "Intranet", "", "test", "", "CC-9000", ""});
    return directory;
}

class FakeFacts final : public jobs::FactsService
{
public:
    Answers<Result<jobs::FactsNow>> answers;

    FakeFacts() { answers.always(factsNow(sampleDirectory())); }
    QFuture<Result<jobs::FactsNow>> facts(std::stop_token stop) override
    {
        return answers.ask(std::move(stop));
    }
};

} // namespace gatehouse::test
