// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/result.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// The flags of gatehouse-local (INTERFACES), as values.
struct StackOptions
{
    std::string dataDirectory;
    int port = 0; ///< 0: any free one
    int sampleDays = 30;
    std::uint64_t sampleSeed = 1;
    bool live = false;
    bool tls = false;
    std::string upstreamFile;
    std::string approvePersona;        ///< "", "admin", "manager", "developer"
    std::optional<DateTime> sampleEnd; ///< --time
};

/// What a client needs to know of a running stack; the ready line of gatehouse-local is this as JSON.
struct StackInfo
{
    std::string origin;
    std::string tenantId;
    std::string clientId;
    std::string subscriptionId;
    std::string resourceGroup;
    std::string apimService;
    std::string workspaceId;
    std::string gateway;
    std::string rag;
    std::string armAudience;
    std::string logsAudience;
    std::string gatewayAudience;
    std::string ragAudience;
    int pid = 0;
    bool attached = false; ///< another process of this computer owns the data directory and serves

    [[nodiscard]] std::string toJson() const;
    /// Reads what toJson wrote. Protocol when it is something else.
    [[nodiscard]] static Result<StackInfo> fromJson(std::string_view text);
};

/// The embedded stack: owns the store, the server's threads and the live traffic. start() may take seconds
/// (the sample history of an empty directory), so it is called off the GUI thread. Stopped by its destructor
/// within 2 s; nothing that was acknowledged is lost by any other end either.
class Stack
{
public:
    /// Where start() stands, for a progress text: what is being done and how far (0..1).
    using Progress = std::function<void(const std::string& what, double fraction)>;

    /// The clock and the log must outlive the stack. When another process owns the directory, the answer is a
    /// stack that only carries that process's info (attached).
    [[nodiscard]] static Result<std::unique_ptr<Stack>> start(const StackOptions& options, const Clock& clock,
                                                              Log& log, const Progress& progress = {});
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;
    ~Stack();

    [[nodiscard]] const StackInfo& info() const;
    /// What a person should know of the start: a damaged file that was set aside, and where it is.
    [[nodiscard]] const std::vector<std::string>& notices() const;
    /// True while this stack serves; for an attached one, while the process that it is attached to does.
    [[nodiscard]] bool serving() const;

    struct Parts; ///< defined in stack.cpp; tests reach single parts through their own headers

private:
    explicit Stack(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

} // namespace gatehouse::local
