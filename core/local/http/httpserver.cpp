// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/http/httpserver.h"

#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace gatehouse::local {

namespace {

constexpr int Backlog = 1'024;

tl::unexpected<Error> portError(int port, int code)
{
    if (code == EADDRINUSE)
        return fail(Error::Kind::InvalidInput,
                    "Port " + std::to_string(port) + " is in use by another program.",
                    "Name another with --port, or leave it out to take any free one.");
    if (code == EACCES)
        return fail(Error::Kind::InvalidInput, "Port " + std::to_string(port) + " is not open to this user.",
                    "Name one above 1023 with --port, or leave it out to take any free one.");
    return fail(Error::Kind::Network,
                std::string("The server cannot listen on this computer: ") + std::strerror(code) + ".");
}

} // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::bind(const HttpServerOptions& options)
{
    if (options.port < 0 || options.port > 65'535)
        return fail(Error::Kind::InvalidInput, "A port is a number from 0 to 65535.");
    TlsContext tls;
    if (options.tls) {
        Result<TlsContext> made = makeTlsContext(*options.tls);
        if (!made)
            return fail(made.error());
        tls = std::move(*made);
    }
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0)
        return portError(options.port, errno);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(options.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    // A bound socket that does not listen yet refuses callers, so nobody waits on a stack that is still
    // filling.
    if (::bind(listener, generic, length) != 0 || ::getsockname(listener, generic, &length) != 0) {
        const int code = errno;
        ::close(listener);
        return portError(options.port, code);
    }
    return std::unique_ptr<HttpServer>(
        new HttpServer(listener, ntohs(address.sin_port), std::move(tls), options));
}

HttpServer::HttpServer(int listener, int port, TlsContext tls, const HttpServerOptions& options)
    : m_listener(listener)
    , m_port(port)
    , m_tls(std::move(tls))
    , m_options(options)
{}

HttpServer::~HttpServer()
{
    stop();
}

std::string HttpServer::origin() const
{
    return (m_tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(m_port);
}

void HttpServer::start(const Router& router, const Authenticator& authenticator, Log& log)
{
    m_context.emplace(ConnectionContext{router, authenticator, m_port, m_options.limits, m_stopping});
    m_log = &log;
    m_threads = std::make_unique<ConnectionThreads>(m_options.maxConnections);
    ::listen(m_listener, Backlog);
    m_acceptor = std::thread([this] { acceptLoop(); });
}

void HttpServer::stop()
{
    if (m_stopping.exchange(true))
        return;
    ::shutdown(m_listener, SHUT_RDWR); // wakes the acceptor
    if (m_acceptor.joinable())
        m_acceptor.join();
    ::close(m_listener);
    {
        const std::lock_guard lock(m_mutex);
        for (const int socket : m_open)
            ::shutdown(socket, SHUT_RDWR);
    }
    m_threads.reset();
}

void HttpServer::acceptLoop()
{
    pollfd entry = {m_listener, POLLIN, 0};
    while (!m_stopping) {
        const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (socket >= 0) {
            take(socket);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            ::poll(&entry, 1, -1);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            m_log->write(Log::Level::Warning, "http.accept", {{"reason", std::strerror(errno)}});
            ::poll(nullptr, 0, 50); // until some connection ends
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

void HttpServer::take(int socket)
{
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    {
        const std::lock_guard lock(m_mutex);
        m_open.insert(socket);
    }
    if (!m_threads->run([this, socket] { serve(socket); }))
        turnAway(socket);
}

void HttpServer::turnAway(int socket)
{
    static constexpr std::string_view Answer = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n"
                                               "Retry-After: 1\r\nContent-Length: 0\r\n\r\n";
    if (!m_tls)
        (void)!::send(socket, Answer.data(), Answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    const std::lock_guard lock(m_mutex);
    m_open.erase(socket);
    ::close(socket);
}

void HttpServer::serve(int socket)
{
    if (!m_stopping) {
        SocketStream stream(socket, m_tls ? SSL_new(m_tls.get()) : nullptr, m_options.limits.write);
        if (stream.handshake(std::chrono::steady_clock::now() + m_options.limits.head)) {
            Connection connection(stream, *m_context);
            connection.serve();
        }
    }
    // Closed under the lock: stop() must never shut down a number that somebody else got meanwhile.
    const std::lock_guard lock(m_mutex);
    m_open.erase(socket);
    ::close(socket);
}

} // namespace gatehouse::local
