// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace gatehouse::local::test {

/// A server on a loopback port that answers the requests it gets with the given bytes, one after the other,
/// in slices. It closes the connection after an answer, unless the answer ends with "|", which is not sent.
class CannedServer
{
public:
    explicit CannedServer(std::vector<std::string> answers, int slice = 4'096)
        : m_answers(std::move(answers))
        , m_slice(static_cast<std::size_t>(slice))
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(m_listener, reinterpret_cast<sockaddr*>(&address), size);
        ::listen(m_listener, 8);
        ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { run(); });
    }
    CannedServer(const CannedServer&) = delete;
    CannedServer& operator=(const CannedServer&) = delete;
    ~CannedServer()
    {
        ::shutdown(m_listener, SHUT_RDWR);
        m_thread.join();
        ::close(m_listener);
    }

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
    [[nodiscard]] int connections() const { return m_connections; }
    [[nodiscard]] std::string lastRequest() const
    {
        const std::lock_guard lock(m_mutex);
        return m_request;
    }

private:
    void run()
    {
        std::size_t next = 0;
        while (next < m_answers.size()) {
            const int peer = ::accept(m_listener, nullptr, nullptr);
            if (peer < 0)
                return;
            ++m_connections;
            bool keep = true;
            while (keep && next < m_answers.size() && takeRequest(peer)) {
                std::string answer = m_answers[next++];
                keep = answer.ends_with('|');
                if (keep)
                    answer.pop_back();
                for (std::size_t at = 0; at < answer.size(); at += m_slice) {
                    const std::string piece = answer.substr(at, m_slice);
                    static_cast<void>(::send(peer, piece.data(), piece.size(), MSG_NOSIGNAL));
                }
            }
            ::close(peer);
        }
    }

    bool takeRequest(int peer)
    {
        std::string request;
        std::size_t wanted = std::string::npos;
        std::array<char, 4'096> bytes{};
        while (request.size() < wanted) {
            const auto size = ::recv(peer, bytes.data(), bytes.size(), 0);
            if (size <= 0)
                return false;
            request.append(bytes.data(), static_cast<std::size_t>(size));
            const std::size_t head = request.find("\r\n\r\n");
            const std::size_t length = request.find("Content-Length: ");
            if (head != std::string::npos && length != std::string::npos)
                wanted = head + 4 + std::stoul(request.substr(length + 16));
        }
        const std::lock_guard lock(m_mutex);
        m_request = request;
        return true;
    }

    std::vector<std::string> m_answers;
    std::size_t m_slice;
    int m_listener = -1;
    int m_port = 0;
    std::atomic<int> m_connections{0};
    mutable std::mutex m_mutex;
    std::string m_request;
    std::thread m_thread;
};

} // namespace gatehouse::local::test
