// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/http/socketstream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>

namespace gatehouse::local {

namespace {

constexpr std::size_t ReadBlock = 16U << 10U;
constexpr std::size_t GatherLimit = 64U << 10U;

} // namespace

SocketStream::SocketStream(int socket, SSL* tls, std::chrono::milliseconds writeTimeout)
    : m_socket(socket)
    , m_tls(tls)
    , m_writeTimeout(writeTimeout)
{}

SocketStream::~SocketStream()
{
    SSL_free(m_tls);
}

bool SocketStream::waitFor(short events, Time deadline) const
{
    pollfd entry = {m_socket, events, 0};
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        if (left <= 0)
            return false;
        const int ready = ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left, 3'600'000)));
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
}

bool SocketStream::handshake(Time deadline)
{
    if (m_tls == nullptr)
        return true;
    SSL_set_fd(m_tls, m_socket);
    for (;;) {
        ERR_clear_error();
        const int done = SSL_accept(m_tls);
        if (done == 1)
            return true;
        const int error = SSL_get_error(m_tls, done);
        const bool wants = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
        if (!wants || !waitFor(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline)) {
            m_broken = true;
            return false;
        }
    }
}

/// Bytes, 0 at the end of the stream, or -1 with wanted set to what must be waited for (0: broken).
ssize_t SocketStream::receiveSome(char* target, std::size_t size, short& wanted)
{
    wanted = 0;
    if (m_tls == nullptr) {
        for (;;) {
            const ssize_t got = ::recv(m_socket, target, size, MSG_DONTWAIT);
            if (got >= 0)
                return got;
            if (errno == EINTR)
                continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK)
                wanted = POLLIN;
            return -1;
        }
    }
    ERR_clear_error();
    const int got = SSL_read(m_tls, target, static_cast<int>(std::min<std::size_t>(size, 1U << 30U)));
    if (got > 0)
        return got;
    switch (SSL_get_error(m_tls, got)) {
    case SSL_ERROR_WANT_READ:
        wanted = POLLIN;
        return -1;
    case SSL_ERROR_WANT_WRITE:
        wanted = POLLOUT;
        return -1;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    default:
        m_broken = true;
        return -1;
    }
}

ssize_t SocketStream::sendSome(const char* bytes, std::size_t size, short& wanted)
{
    wanted = 0;
    if (m_tls == nullptr) {
        for (;;) {
            const ssize_t sent = ::send(m_socket, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent >= 0)
                return sent;
            if (errno == EINTR)
                continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK)
                wanted = POLLOUT;
            return -1;
        }
    }
    ERR_clear_error();
    const int sent = SSL_write(m_tls, bytes, static_cast<int>(std::min<std::size_t>(size, 1U << 30U)));
    if (sent > 0)
        return sent;
    switch (SSL_get_error(m_tls, sent)) {
    case SSL_ERROR_WANT_READ:
        wanted = POLLIN;
        break;
    case SSL_ERROR_WANT_WRITE:
        wanted = POLLOUT;
        break;
    default:
        break;
    }
    return -1;
}

SocketStream::Filled SocketStream::fill(Time deadline)
{
    if (!m_out.empty())
        (void)flush(); // the peer may wait for it (100 Continue)
    if (m_broken)
        return Filled::End;
    if (m_inUsed == m_in.size()) {
        m_in.clear();
        m_inUsed = 0;
    }
    const std::size_t held = m_in.size();
    m_in.resize(held + ReadBlock);
    const auto give = [&](std::size_t bytes, Filled outcome) {
        m_in.resize(held + bytes);
        return outcome;
    };
    // A plain socket is usually empty here, so waiting first saves a call; TLS may hold bytes of its own.
    bool wait = m_tls == nullptr;
    short wanted = POLLIN;
    for (;;) {
        if (wait && !waitFor(wanted, deadline))
            return give(0, Filled::Timeout);
        wait = true;
        const ssize_t got = receiveSome(m_in.data() + held, ReadBlock, wanted);
        if (got > 0)
            return give(static_cast<std::size_t>(got), Filled::Data);
        if (got == 0 || wanted == 0) {
            m_broken = m_broken || got != 0;
            return give(0, Filled::End);
        }
    }
}

void SocketStream::consume(std::size_t bytes)
{
    m_inUsed = std::min(m_in.size(), m_inUsed + bytes);
}

bool SocketStream::sendAll(const char* bytes, std::size_t size)
{
    while (size > 0 && !m_broken) {
        short wanted = 0;
        const ssize_t sent = sendSome(bytes, size, wanted);
        if (sent > 0) {
            bytes += sent;
            size -= static_cast<std::size_t>(sent);
        } else if (wanted == 0 || !waitFor(wanted, std::chrono::steady_clock::now() + m_writeTimeout)) {
            m_broken = true;
        }
    }
    return !m_broken;
}

bool SocketStream::flush()
{
    const bool done = sendAll(m_out.data(), m_out.size());
    m_out.clear();
    return done;
}

void SocketStream::closeGently(Time deadline)
{
    if (m_broken)
        return;
    if (m_tls != nullptr)
        SSL_shutdown(m_tls);
    ::shutdown(m_socket, SHUT_WR);
    std::array<char, ReadBlock> discarded; // NOLINT(cppcoreguidelines-pro-type-member-init): only written to
    while (waitFor(POLLIN, deadline)) {
        if (::recv(m_socket, discarded.data(), discarded.size(), MSG_DONTWAIT) <= 0)
            return;
    }
}

bool SocketStream::is_writable() const
{
    if (m_broken)
        return false;
    pollfd entry = {m_socket, POLLRDHUP, 0};
    return ::poll(&entry, 1, 0) == 0;
}

ssize_t SocketStream::read(char* target, std::size_t size)
{
    if (!m_first.empty()) {
        const std::size_t given = m_first.copy(target, size);
        m_first.remove_prefix(given);
        return static_cast<ssize_t>(given);
    }
    const std::string_view held = buffered();
    const std::size_t count = std::min(size, held.size());
    std::memcpy(target, held.data(), count);
    consume(count);
    return static_cast<ssize_t>(count);
}

ssize_t SocketStream::write(const char* bytes, std::size_t size)
{
    if (m_out.size() + size > GatherLimit || m_writeThrough) {
        // The gathered start and a small rest still go out together.
        if (size <= GatherLimit) {
            m_out.append(bytes, size);
            return flush() ? static_cast<ssize_t>(size) : -1;
        }
        return flush() && sendAll(bytes, size) ? static_cast<ssize_t>(size) : -1;
    }
    m_out.append(bytes, size);
    return static_cast<ssize_t>(size);
}

void SocketStream::get_remote_ip_and_port(std::string& ip, int& port) const
{
    // The server listens on loopback only; asking the kernel for each request would tell nothing new.
    ip = "127.0.0.1";
    port = 0;
}

void SocketStream::get_local_ip_and_port(std::string& ip, int& port) const
{
    ip = "127.0.0.1";
    port = 0;
}

} // namespace gatehouse::local
