// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>

namespace gatehouse::app {

/// Which account of which profile the keychain holds a token for: signins.json in the data directory, no
/// secret in it. Needed since a locked keychain says that it has no entry. A file that cannot be read counts
/// as empty.
class SignInMarkers
{
public:
    explicit SignInMarkers(const std::string& dataDirectory);

    /// Empty when nothing is known of the profile; "" when it was signed out of.
    [[nodiscard]] std::optional<std::string> accountOf(const std::string& profileName) const;
    /// Other profiles' markers, also those that another process wrote meanwhile, are kept.
    [[nodiscard]] Status remember(const std::string& profileName, const std::string& accountKey);

private:
    std::string m_path;
};

} // namespace gatehouse::app
