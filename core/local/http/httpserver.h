// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/log.h"
#include "core/local/http/connection.h"
#include "core/local/http/connectionthreads.h"
#include "core/local/http/router.h"
#include "core/local/http/tls.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace gatehouse::local {

struct HttpServerOptions
{
    int port = 0; ///< 0: any free one
    std::optional<CertificateFiles> tls;
    std::size_t maxConnections = 1'200; ///< more are answered 503 and closed
    ConnectionLimits limits;
};

/// The one loopback server of the stack: owns the listening socket, the accepting thread and the connections'
/// threads. bind() reserves the port, so that the origin is known before anything else is built; nobody is
/// served until start(). The router, the authenticator and the log must outlive it, and handlers must end by
/// themselves within the time that stop() promises (2 s).
class HttpServer
{
public:
    /// InvalidInput when the port is taken or out of range.
    [[nodiscard]] static Result<std::unique_ptr<HttpServer>> bind(const HttpServerOptions& options);
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    ~HttpServer();

    [[nodiscard]] int port() const { return m_port; }
    /// "http://127.0.0.1:43117"
    [[nodiscard]] std::string origin() const;

    /// Once.
    void start(const Router& router, const Authenticator& authenticator, Log& log);
    /// Ends all connections, streams too, and waits for their threads.
    void stop();

private:
    HttpServer(int listener, int port, TlsContext tls, const HttpServerOptions& options);
    void acceptLoop();
    void take(int socket);
    void serve(int socket);
    void turnAway(int socket);

    int m_listener;
    int m_port;
    TlsContext m_tls;
    HttpServerOptions m_options;
    std::optional<ConnectionContext> m_context;
    Log* m_log = nullptr;
    std::atomic<bool> m_stopping{false};
    std::mutex m_mutex;
    std::set<int> m_open; // sockets of the connections that are being served
    std::unique_ptr<ConnectionThreads> m_threads;
    std::thread m_acceptor;
};

} // namespace gatehouse::local
