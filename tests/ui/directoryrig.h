// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakefacts.h"
#include "tests/ui/fakes/fakequotas.h"
#include "ui/pages/directory/directorypresenter.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

namespace gatehouse::test {

/// Columns of the directory.
inline constexpr std::size_t Application = 1;
inline constexpr std::size_t Owner = 4;
inline constexpr std::size_t CostCentre = 5;

/// A presenter with its services, unlocked.
struct DirectoryRig
{
    DirectoryRig()
        : clock(DateTime::fromCivil(2026, 6, 3) + std::chrono::hours(15))
        , lock(clock)
        , flow(lock)
        , presenter(flow, clock)
    {
        quotas.boards.always(std::shared_ptr<const jobs::QuotaBoard>(sampleQuotaBoard(clock.now())));
        services.facts = &facts;
        services.quotaBoard = &quotas;
        writes.addTo(services);
        hand();
        lock.unlock();
    }
    ~DirectoryRig()
    {
        presenter.setServices(nullptr);
        flow.setServices(nullptr);
        lock.setServices(nullptr);
    }
    void hand()
    {
        lock.setServices(&services);
        flow.setServices(&services);
        presenter.setServices(&services);
    }
    /// What stands in the directory from now on.
    void changeOutside(const std::function<void(gateway::ServiceDirectory&)>& change)
    {
        gateway::ServiceDirectory now = sampleDirectory();
        change(now);
        facts.answers.always(factsNow(now));
        presenter.refresh();
    }
    [[nodiscard]] ui::DirectoryRow row(const std::string& service) const
    {
        const auto state = presenter.state();
        for (const ui::DirectoryRow& each : state->rows) {
            if (each.facts.subscription == service)
                return each;
        }
        return {};
    }
    /// The directory that the last proposal wants.
    [[nodiscard]] gateway::ServiceDirectory wanted() const
    {
        const auto& change = writes.changes.reviewed.back().changes.at(0);
        return *gateway::parseDirectory(textAt(*change.wanted, "value"));
    }
    [[nodiscard]] QString file(const QByteArray& text)
    {
        const QString path = directory.filePath(QStringLiteral("services.csv"));
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size())
            qFatal("no file");
        return path;
    }

    ManualClock clock;
    FakeFacts facts;
    FakeQuotaBoard quotas;
    FakeWrites writes;
    jobs::Services services;
    ui::EditLock lock;
    ui::ChangeFlow flow;
    ui::DirectoryPresenter presenter;
    QTemporaryDir directory;
};

} // namespace gatehouse::test
