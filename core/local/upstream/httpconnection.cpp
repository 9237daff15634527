// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/httpconnection.h"

#include <algorithm>
#include <openssl/ssl.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace gatehouse::local {

namespace {

constexpr int ConnectTimeoutMs = 5'000;
/// A model may think for minutes before its first byte.
constexpr int ReadTimeoutSeconds = 120;
constexpr int WriteTimeoutSeconds = 30;
constexpr std::size_t MaxIdle = 64;
constexpr std::size_t ReadSize = 16'384;

struct AddressDeleter
{
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

void setTimeouts(int socket)
{
    const timeval read{ReadTimeoutSeconds, 0};
    const timeval write{WriteTimeoutSeconds, 0};
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &read, sizeof read);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &write, sizeof write);
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// A connected, blocking socket or -1.
int connectTo(const addrinfo& address)
{
    const int socket =
        ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol);
    if (socket < 0)
        return -1;
    bool connected = ::connect(socket, address.ai_addr, address.ai_addrlen) == 0;
    if (!connected && errno == EINPROGRESS) {
        pollfd waiting{socket, POLLOUT, 0};
        int error = 1;
        socklen_t size = sizeof error;
        connected = ::poll(&waiting, 1, ConnectTimeoutMs) == 1 &&
                    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
    }
    if (!connected) {
        ::close(socket);
        return -1;
    }
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) & ~O_NONBLOCK);
    return socket;
}

} // namespace

Result<HttpTarget> HttpTarget::parse(std::string_view url)
{
    const auto wrong = [] {
        return fail(Error::Kind::InvalidInput, "The address of an endpoint is not an http or https URL.",
                    "Write it as https://host/path.");
    };
    HttpTarget target;
    if (url.starts_with("https://")) {
        target.tls = true;
        target.port = 443;
        url.remove_prefix(8);
    } else if (url.starts_with("http://")) {
        url.remove_prefix(7);
    } else {
        return wrong();
    }
    const std::size_t slash = url.find('/');
    std::string_view host = url.substr(0, slash);
    if (slash != std::string_view::npos)
        target.path = url.substr(slash);
    while (target.path.ends_with('/'))
        target.path.pop_back();
    if (const std::size_t colon = host.find(':'); colon != std::string_view::npos) {
        const std::string_view digits = host.substr(colon + 1);
        const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), target.port);
        if (code != std::errc() || end != digits.data() + digits.size() || target.port < 1 ||
            target.port > 65'535)
            return wrong();
        host = host.substr(0, colon);
    }
    if (host.empty() || host.find_first_of(" @[]\r\n") != std::string_view::npos ||
        target.path.find_first_of(" ?#\r\n") != std::string::npos)
        return wrong();
    target.host = host;
    return target;
}

void HttpConnection::setReadLimit(std::optional<std::chrono::milliseconds> limit)
{
    const auto span =
        std::max(limit.value_or(std::chrono::seconds(ReadTimeoutSeconds)), std::chrono::milliseconds(1));
    timeval wait{};
    wait.tv_sec = span.count() / 1'000;
    wait.tv_usec = span.count() % 1'000 * 1'000;
    ::setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
}

HttpConnection::HttpConnection(int socket, ssl_st* tls)
    : m_socket(socket)
    , m_tls(tls)
{}

HttpConnection::~HttpConnection()
{
    SSL_free(m_tls);
    ::close(m_socket);
}

bool HttpConnection::writeAll(std::string_view bytes)
{
    while (!bytes.empty()) {
        const long written = m_tls != nullptr ? SSL_write(m_tls, bytes.data(), static_cast<int>(bytes.size()))
                                              : ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (written <= 0) {
            if (m_tls == nullptr && written < 0 && errno == EINTR)
                continue;
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

long HttpConnection::readInto(std::string& buffer)
{
    std::array<char, ReadSize> bytes;
    for (;;) {
        const long size = m_tls != nullptr ? SSL_read(m_tls, bytes.data(), static_cast<int>(bytes.size()))
                                           : ::recv(m_socket, bytes.data(), bytes.size(), 0);
        if (size > 0)
            buffer.append(bytes.data(), static_cast<std::size_t>(size));
        else if (m_tls != nullptr)
            return SSL_get_error(m_tls, static_cast<int>(size)) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
        else if (size < 0 && errno == EINTR)
            continue;
        return size;
    }
}

HttpPool::HttpPool(HttpTarget target)
    : m_target(std::move(target))
{
    if (!m_target.tls)
        return;
    m_tls = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(m_tls, TLS1_2_VERSION);
    SSL_CTX_set_default_verify_paths(m_tls);
    SSL_CTX_set_verify(m_tls, SSL_VERIFY_PEER, nullptr);
}

HttpPool::~HttpPool()
{
    m_idle.clear();
    SSL_CTX_free(m_tls);
}

HttpPool::Taken HttpPool::take(bool fresh)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_interrupted)
            return {nullptr, false, "the stack is ending"};
        if (!fresh && !m_idle.empty()) {
            Taken taken{std::move(m_idle.back()), true, {}};
            m_idle.pop_back();
            m_inUse.insert(taken.connection->socket());
            return taken;
        }
    }
    Taken taken = connect();
    if (taken.connection != nullptr) {
        const std::lock_guard lock(m_mutex);
        m_inUse.insert(taken.connection->socket());
    }
    return taken;
}

HttpPool::Taken HttpPool::connect()
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(m_target.host.c_str(), std::to_string(m_target.port).c_str(), &hints, &found) != 0)
        return {nullptr, false, "its name is not known"};
    const std::unique_ptr<addrinfo, AddressDeleter> list(found);
    int socket = -1;
    for (const addrinfo* each = found; each != nullptr && socket < 0; each = each->ai_next)
        socket = connectTo(*each);
    if (socket < 0)
        return {nullptr, false, "the connection was refused"};
    setTimeouts(socket);
    ssl_st* tls = nullptr;
    if (m_tls != nullptr) {
        tls = SSL_new(m_tls);
        SSL_set_fd(tls, socket);
        // What SSL_set_tlsext_host_name() stands for, without its cast.
        SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, m_target.host.data());
        SSL_set1_host(tls, m_target.host.c_str());
    }
    auto connection = std::make_unique<HttpConnection>(socket, tls);
    if (tls != nullptr && SSL_connect(tls) != 1)
        return {nullptr, false, "its certificate was not accepted"};
    return {std::move(connection), false, {}};
}

void HttpPool::giveBack(std::unique_ptr<HttpConnection> connection)
{
    const std::lock_guard lock(m_mutex);
    m_inUse.erase(connection->socket());
    if (m_idle.size() < MaxIdle && !m_interrupted)
        m_idle.push_back(std::move(connection));
}

void HttpPool::forget(std::unique_ptr<HttpConnection> connection)
{
    const std::lock_guard lock(m_mutex);
    m_inUse.erase(connection->socket()); // before it is closed, since the number may then be given out again
}

void HttpPool::interrupt()
{
    const std::lock_guard lock(m_mutex);
    m_interrupted = true;
    for (const int socket : m_inUse)
        ::shutdown(socket, SHUT_RDWR);
}

} // namespace gatehouse::local
