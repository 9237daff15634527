// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/settings/profile.h"

#include <string>
#include <vector>

namespace gatehouse::settings {

/// What the program remembers between runs, typed. A new setting is a new member with its default.
struct Settings
{
    std::vector<Profile> profiles; ///< the Azure ones
    std::string lastProfile{LocalProfileName};
    std::string theme = "system"; ///< "system", "light", "dark"
    std::string lastPage = "overview";
    std::string timeRange = "P1D"; ///< ISO duration of the picker
    std::string windowGeometry;    ///< base64 of QMainWindow::saveGeometry
    int navigationWidth = 176;
};

/// Reads and writes settings.json in the data directory with atomicWrite; no QSettings, whose lock outlives a
/// kill. A file that cannot be used is set aside, defaults are used, and notice says so in a sentence.
class SettingsStore
{
public:
    explicit SettingsStore(std::string dataDirectory);

    [[nodiscard]] const std::string& directory() const { return m_directory; }
    /// Never fails: see notice(). A file of a later version of the program is neither used nor touched.
    [[nodiscard]] Settings load();
    /// Makes the directory where it is missing. Storage after a load that met a later version's file.
    [[nodiscard]] Status save(const Settings& settings);
    /// "" or what happened at load, for the window to show once.
    [[nodiscard]] const std::string& notice() const { return m_notice; }

private:
    void keepCopy(const std::string& what);

    std::string m_directory;
    std::string m_path;
    std::string m_notice;
    bool m_newerVersion = false;
};

} // namespace gatehouse::settings
