// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/fakes/names.h"
#include "tests/ui/fakes/samplejournal.h"
#include "tests/ui/fakes/windowfixture.h"
#include "ui/pages/changes/reviewdialog.h"

#include <QtWidgets/QApplication>
#include <QtWidgets/QPushButton>

namespace gatehouse::test {

/// A window whose write path is under control; made for each test and gone behind it.
class ChangeStage
{
protected:
    void setStage()
    {
        m_writes = std::make_unique<FakeWrites>();
        m_effects = std::make_unique<FakeEffects>();
        m_fixture = std::make_unique<WindowFixture>(*qApp);
        m_fixture->answerWithSamples();
        m_fixture->world.extend = [this](jobs::Services& services) {
            m_writes->addTo(services);
            services.changeEffect = m_effects.get();
        };
    }
    void clearStage() { m_fixture.reset(); }

    ui::MainWindow& window() { return *m_fixture->window; }
    ui::Workbench& workbench() { return *m_fixture->workbench; }
    FakeChanges& changes() { return m_writes->changes; }
    template <typename T>
    T* find(const QString& name)
    {
        return test::find<T>(window(), name);
    }
    QPushButton* button(const QString& name) { return find<QPushButton>(name); }
    QString text(const QString& label) { return find<QLabel>(label)->text(); }
    bool reviewIsOpen()
    {
        const auto* const dialog = window().findChild<ui::ReviewDialog*>();
        return dialog != nullptr && dialog->isVisible();
    }
    void propose(bool unlocked = true)
    {
        m_fixture->open(QStringLiteral("overview"));
        if (unlocked)
            workbench().editLock().unlock();
        workbench().changes().propose(sampleSet());
    }
    void openActivity(bool hostile = false)
    {
        m_writes->journal.entryAnswers.always(sampleJournal(m_fixture->clock.now(), hostile));
        m_writes->journal.verdicts.always(jobs::JournalVerdict{true, 6, 0, "Every entry holds."});
        m_fixture->open(QStringLiteral("activity"));
    }

    std::unique_ptr<FakeWrites> m_writes;
    std::unique_ptr<FakeEffects> m_effects;
    std::unique_ptr<WindowFixture> m_fixture;
};

} // namespace gatehouse::test
