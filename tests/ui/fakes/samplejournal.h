// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/changeeffect.h"
#include "tests/ui/fakes/fakechanges.h"

/// A journal of a few days, for tests and pictures.
namespace gatehouse::test {

/// A quota fragment as the embedded stack has it; calls is a limit to be changed.
[[nodiscard]] std::string sampleFragment(int calls, int tokens = 60'000);
/// Two changes of one title: limits and the routing behind them.
[[nodiscard]] jobs::ChangeSet sampleSet();
/// Newest first: applied, taken back, failed, partly applied, created. The steps are whole.
[[nodiscard]] std::vector<jobs::JournalEntry> sampleJournal(DateTime now, bool hostile = false);
[[nodiscard]] jobs::ChangeEffect sampleEffect(DateTime at);

class FakeEffects final : public jobs::ChangeEffectService
{
public:
    Answers<Result<jobs::ChangeEffect>> answers;
    std::vector<DateTime> asked;
    bool real = true; ///< answers with sampleEffect()

    QFuture<Result<jobs::ChangeEffect>> effect(DateTime at, std::stop_token stop) override
    {
        asked.push_back(at);
        if (real)
            answers.always(sampleEffect(at));
        return answers.ask(std::move(stop));
    }
};

} // namespace gatehouse::test
