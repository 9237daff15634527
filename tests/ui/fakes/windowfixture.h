// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakeservices.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/workbench.h"
#include "ui/theme/theme.h"

#include <QtCore/QTemporaryDir>

#include <memory>

class QApplication;

namespace gatehouse::test {

/// A whole window on fakes: clock that stands still, settings in a directory of its own, no D-Bus, nothing
/// opened.
class WindowFixture
{
public:
    explicit WindowFixture(QApplication& application);
    ~WindowFixture();

    /// Makes the window (again) and starts the workbench. Settings are those on disk.
    void open(const QString& page = {}, const std::string& profile = {});
    void close();
    /// Services that answer with samplereports.h.
    void answerWithSamples(bool hostile = false);

    FakeWorld world;
    ManualClock clock;
    QTemporaryDir directory;
    FakeFactory factory;
    QStringList opened; ///< addresses that the window wanted in the browser
    ui::Theme theme;
    std::unique_ptr<settings::SettingsStore> store;
    std::unique_ptr<ui::Workbench> workbench;
    std::unique_ptr<ui::MainWindow> window;
};

} // namespace gatehouse::test
