// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/gateway/backend.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

/// Taking an endpoint out of a pool and putting it back exactly as it was.
///
/// A drained member leaves the pool. Weight 0 would not do: it only says how members of one priority share,
/// and gateways send calls to it all the same when the others of that priority are out. A low priority would
/// not do either: the member would be called as soon as all others are out, which is when an endpoint that is
/// being worked on must not be called (contracts §4.2). Membership is what every gateway obeys.
///
/// What the member was is noted at the end of the pool's own description, which Azure keeps and hands to
/// every reader: whoever looks can restore it, from any computer, also when this one is gone. (A journal is
/// on one computer alone; a named value could disappear or outlive the pool.) The note holds the member's
/// JSON as it stood, so that weights written as text, ids of either spelling and unknown fields come back.
///
///   "Nearest region first [gatehouse drained: [{"at":0,"service":{"id":"…","priority":1,"weight":1}}]]"
///
/// at is its place among all members, the drained ones included, so that the order of restoring does not
/// matter. All functions take and give a pool's "properties".
struct DrainedMember
{
    PoolMember member; ///< priority and weight as it had them
    std::size_t at = 0;
    Json service; ///< its entry in pool.services
};

/// What Azure allows a description.
inline constexpr std::size_t MaxDescription = 2000;

/// Those that were taken out and are not members again. Text that is no such note is nobody's.
[[nodiscard]] std::vector<DrainedMember> drainedMembers(const Json& poolProperties);
/// The description without the note, for people.
[[nodiscard]] std::string descriptionOf(const Json& poolProperties);

/// InvalidInput when it is no member, is the only one (a pool has at least one, contracts §4.2), or the note
/// would not fit into the description.
[[nodiscard]] Result<Json> drained(const Json& poolProperties, std::string_view backend);
/// InvalidInput when it was not drained, or the pool is full by now.
[[nodiscard]] Result<Json> restored(const Json& poolProperties, std::string_view backend);
/// The note without this backend, which is a member again by other means.
[[nodiscard]] Json withoutNoteOf(Json poolProperties, std::string_view backend);

} // namespace gatehouse::gateway
