// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

struct ssl_st;
struct ssl_ctx_st;

namespace gatehouse::local {

/// Where an HTTP endpoint is.
struct HttpTarget
{
    bool tls = false;
    std::string host;
    int port = 80;
    std::string path; ///< without a trailing slash

    /// "http[s]://host[:port][/path]". InvalidInput for anything else.
    [[nodiscard]] static Result<HttpTarget> parse(std::string_view url);
};

/// One connection to a server, plain or TLS, blocking with deadlines set on the socket. One thread at a time.
class HttpConnection
{
public:
    HttpConnection(int socket, ssl_st* tls);
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;
    ~HttpConnection();

    [[nodiscard]] bool writeAll(std::string_view bytes);
    /// Appends what comes next to buffer: its size, 0 at the end of the connection, -1 on an error or a
    /// timeout.
    [[nodiscard]] long readInto(std::string& buffer);
    [[nodiscard]] int socket() const { return m_socket; }
    /// How long a read may wait from now on; empty for the usual time.
    void setReadLimit(std::optional<std::chrono::milliseconds> limit);

private:
    int m_socket;
    ssl_st* m_tls;
};

/// Kept-alive connections to one target. Any thread.
class HttpPool
{
public:
    explicit HttpPool(HttpTarget target);
    HttpPool(const HttpPool&) = delete;
    HttpPool& operator=(const HttpPool&) = delete;
    ~HttpPool();

    [[nodiscard]] const HttpTarget& target() const { return m_target; }

    struct Taken
    {
        std::unique_ptr<HttpConnection> connection; ///< null: could not connect
        bool reused = false;
        std::string_view failure;
    };
    /// An idle connection, or a new one (always a new one when fresh).
    [[nodiscard]] Taken take(bool fresh = false);
    void giveBack(std::unique_ptr<HttpConnection> connection);
    /// The connection is done with and will be closed.
    void forget(std::unique_ptr<HttpConnection> connection);
    /// Hangs up on every call in flight.
    void interrupt();

private:
    [[nodiscard]] Taken connect();

    HttpTarget m_target;
    ssl_ctx_st* m_tls = nullptr;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<HttpConnection>> m_idle;
    std::set<int> m_inUse;
    bool m_interrupted = false;
};

} // namespace gatehouse::local
