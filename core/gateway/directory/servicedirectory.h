// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

/// The named value that holds the directory; all admins share it.
inline constexpr const char* DirectoryNamedValue = "gatehouse-directory";
/// What an API Management named value holds at most, in characters.
inline constexpr std::size_t MaxDirectoryLength = 4'096;

/// What the company says of one microservice (an APIM subscription). A text that is not known is "".
struct ServiceFacts
{
    std::string subscription; ///< the last segment of the id, as logs have it; never ""
    std::string application;
    std::string feature;
    std::string environment;
    std::string owner;
    std::string costCentre;
    std::string sensitivity;

    bool operator==(const ServiceFacts&) const = default;
};

/// The service directory. Subscriptions compare without case and are there once, in the order of their names.
struct ServiceDirectory
{
    std::vector<ServiceFacts> services;

    /// Null for a service that the directory does not have.
    [[nodiscard]] const ServiceFacts* find(std::string_view subscription) const;
    /// Adds the service, or puts these facts in the place of its own.
    void set(ServiceFacts facts);

    bool operator==(const ServiceDirectory&) const = default;
};

/// The named value's text (README.md beside this file). InvalidInput for what is no directory, or one of a
/// later version, so that nothing of it is lost by writing it back.
[[nodiscard]] Result<ServiceDirectory> parseDirectory(std::string_view json);
/// InvalidInput when it is longer than a named value may be; the message says by how much.
[[nodiscard]] Result<std::string> writeDirectory(const ServiceDirectory& directory);

/// RFC 4180 with a line of names first: subscription, and any of application, feature, environment, owner,
/// costCentre, sensitivity, in any order and case. All or nothing: InvalidInput with position.line (the first
/// line is 1) for the first thing that is wrong. keep: where texts come from whose column the file does not
/// have; services that only keep has are not in the result.
[[nodiscard]] Result<ServiceDirectory> directoryFromCsv(std::string_view csv,
                                                        const ServiceDirectory& keep = {});
/// A spreadsheet takes none of its texts for a formula: such a text has an apostrophe in front, which
/// directoryFromCsv takes off again.
[[nodiscard]] std::string directoryToCsv(const ServiceDirectory& directory);

} // namespace gatehouse::gateway
