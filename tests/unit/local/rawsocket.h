// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace gatehouse::local::test {

/// A TCP connection to a port of this computer that sends exactly what it is told.
class RawSocket
{
public:
    explicit RawSocket(int port)
        : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_connected = ::connect(m_socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    RawSocket(RawSocket&& other) noexcept
        : m_socket(std::exchange(other.m_socket, -1))
        , m_connected(other.m_connected)
    {}
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;
    RawSocket& operator=(RawSocket&&) = delete;
    ~RawSocket()
    {
        if (m_socket >= 0)
            ::close(m_socket);
    }

    [[nodiscard]] bool connected() const { return m_connected; }

    void send(std::string_view bytes) const
    {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// Waits until the text is in what came so far, or the peer closed; answers all that came.
    const std::string& readUntil(std::string_view text)
    {
        std::array<char, 4096> bytes = {};
        while (m_read.find(text) == std::string::npos) {
            const ssize_t got = ::recv(m_socket, bytes.data(), bytes.size(), 0);
            if (got <= 0)
                break;
            m_read.append(bytes.data(), static_cast<std::size_t>(got));
        }
        return m_read;
    }
    /// Waits until the peer closes; answers all that came.
    const std::string& readAll() { return readUntil(std::string_view("\0never", 6)); }
    /// Forgets what came.
    void clear() { m_read.clear(); }

private:
    int m_socket;
    bool m_connected = false;
    std::string m_read;
};

} // namespace gatehouse::local::test
