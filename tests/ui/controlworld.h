// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakechanges.h"
#include "tests/ui/fakes/fakecontrol.h"
#include "tests/ui/fakes/names.h"
#include "ui/pages/health/posturepresenter.h"
#include "ui/pages/keys/keyspresenter.h"
#include "ui/pages/routing/paritypresenter.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tableview.h"

#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>

/// Keys, posture and failover parity on fake services.
namespace gatehouse::test {

/// The key that is drawn; it must never be seen unasked.
inline constexpr const char* Canary = "5f3c9d1e7ab84c6f9e2d0b4a6c8e1f37";

/// All that the panels stand on.
struct ControlWorld
{
    ControlWorld()
        : theme(*qApp, false)
        , context(clock)
        , lock(clock)
        , flow(lock)
        , keys(lock)
        , posture(context)
        , parity(context, flow)
        , guard(clipboard, clock)
    {
        keyService.reports.always(sampleKeys(clock.now()));
        keyService.keys.always(jobs::NewKey{jobs::SecretText(Canary), true});
        postureService.reports.always(samplePosture(clock.now()));
        writes.addTo(services);
        services.keys = &keyService;
        services.posture = &postureService;
        hand();
    }
    ~ControlWorld()
    {
        keys.setServices(nullptr);
        posture.setServices(nullptr);
        parity.setServices(nullptr);
        flow.setServices(nullptr);
        lock.setServices(nullptr);
    }
    void hand()
    {
        lock.setServices(&services);
        flow.setServices(&services);
        keys.setServices(&services);
        posture.setServices(&services);
        parity.setServices(&services);
    }
    void loadParity()
    {
        parity.setActive(true);
        QCOMPARE(parity.status().phase, ui::Phase::Data);
    }

    ManualClock clock;
    ui::Theme theme;
    FakeWrites writes;
    FakeKeys keyService;
    FakePosture postureService;
    FakeClipboard clipboard;
    jobs::Services services;
    ui::ViewContext context;
    ui::EditLock lock;
    ui::ChangeFlow flow;
    ui::KeysPresenter keys;
    ui::PosturePresenter posture;
    ui::ParityPresenter parity;
    ui::ClipboardGuard guard;
};

/// What a column of a table shows.
inline QStringList column(const QWidget& in, const QString& table, int column)
{
    QStringList texts;
    const QAbstractItemModel& model = *find<ui::TableView>(in, table)->model();
    for (int row = 0; row < model.rowCount(); ++row)
        texts.append(model.index(row, column).data().toString());
    return texts;
}

inline DateTime inDays(const ControlWorld& world, int days)
{
    return world.clock.now() + Ticks(std::chrono::hours(24 * days));
}

/// Every text that a widget shows.
inline QString shown(const QWidget& widget)
{
    QString text;
    for (const QLabel* const label : widget.findChildren<QLabel*>())
        text += label->text() + label->toolTip();
    for (const QLineEdit* const line : widget.findChildren<QLineEdit*>())
        text += line->text();
    return text;
}

} // namespace gatehouse::test
