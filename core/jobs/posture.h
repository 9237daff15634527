// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/json.h"
#include "core/gateway/parity/parity.h"
#include "core/gateway/posture/posture.h"

#include <QtCore/QFuture>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// How the gateway and its accounts stand, and which fallbacks are certified. Abstract, so that presenters
/// are tested with fakes. All on the main thread.
namespace gatehouse::jobs {

struct PostureReport
{
    std::vector<gateway::PostureResource> resources; ///< the gateway first, then the accounts by name
    std::vector<gateway::ParityCheck> parity;        ///< every fallback of every pool
    gateway::ParityRegister entries;                 ///< certificates, exceptions, declarations
    /// Why the register could not be read; nothing may be written then.
    std::optional<Error> entriesError;
    std::string entriesId;            ///< ARM id of the named value that holds it
    std::optional<Json> entriesBase;  ///< its properties as read; empty: it is not there
    std::vector<std::string> notices; ///< what could not be read at all, as sentences
    DateTime readAt;
};

class PostureService
{
public:
    virtual ~PostureService() = default;
    /// Denied, NotFound, … only when the gateway itself cannot be read; everything else that cannot be read
    /// is an unknown within the report.
    [[nodiscard]] virtual QFuture<Result<std::shared_ptr<const PostureReport>>>
    report(std::stop_token stop) = 0;
};

/// The change that puts these entries in the place of the report's. InvalidInput when they do not fit into
/// the named value even without what has ended by now; Error of the report when it could not be read.
struct Change;
[[nodiscard]] Result<Change> parityChange(const PostureReport& report, gateway::ParityRegister entries,
                                          std::string title, DateTime now);

} // namespace gatehouse::jobs
