// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <chrono>
#include <fcntl.h>
#include <memory>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace gatehouse::bench {

/// A listening loopback socket; the port is in port.
inline int listenOnLoopback(int& port)
{
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener, 512);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    return listener;
}

/// A port that was free a moment ago, for a program that wants to be told.
inline int freePort()
{
    int port = 0;
    ::close(listenOnLoopback(port));
    return port;
}

/// A connected loopback socket, or -1.
inline int connectTo(int port)
{
    const int peer = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
        return peer;
    ::close(peer);
    return -1;
}

/// A model endpoint that answers plain calls at once and streams for as long as it lives, an event each
/// quarter second.
class SlowStreamServer
{
public:
    explicit SlowStreamServer(std::string answer)
        : m_answer(std::move(answer))
        , m_listener(listenOnLoopback(m_port))
        , m_thread([this](const std::stop_token& stop) { run(stop); })
    {}
    SlowStreamServer(const SlowStreamServer&) = delete;
    SlowStreamServer& operator=(const SlowStreamServer&) = delete;
    ~SlowStreamServer()
    {
        m_thread.request_stop();
        m_thread.join();
        for (const Peer& peer : m_peers)
            ::close(peer.socket);
        ::close(m_listener);
    }
    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] int streams() const { return m_streams; }

private:
    struct Peer
    {
        int socket;
        std::string request;
        bool streaming = false;
    };

    static bool whole(const std::string& request)
    {
        const std::size_t head = request.find("\r\n\r\n");
        const std::size_t length = request.find("Content-Length: ");
        return head != std::string::npos && length != std::string::npos &&
               request.size() >= head + 4 + std::stoul(request.substr(length + 16));
    }
    static bool sendAll(int socket, const std::string& bytes)
    {
        return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<long>(bytes.size());
    }
    static std::string chunk(const std::string& bytes)
    {
        std::array<char, 16> size{};
        std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
        return size.data() + bytes + "\r\n";
    }

    void answer(Peer& peer)
    {
        static const std::string Event = R"(data: {"choices":[{"index":0,"delta":{"content":"x"}}]})"
                                         "\n\n";
        if (peer.request.find("\"stream\":true") != std::string::npos) {
            peer.streaming = true;
            ++m_streams;
            sendAll(
                peer.socket,
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
                    chunk(Event));
        } else {
            sendAll(peer.socket, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                                     std::to_string(m_answer.size()) + "\r\n\r\n" + m_answer);
        }
        peer.request.clear();
    }

    /// False when the peer has left.
    bool take(Peer& peer)
    {
        std::array<char, 8'192> bytes{};
        const auto size = ::recv(peer.socket, bytes.data(), bytes.size(), 0);
        if (size <= 0)
            return false;
        peer.request.append(bytes.data(), static_cast<std::size_t>(size));
        if (whole(peer.request))
            answer(peer);
        return true;
    }

    void tick()
    {
        const std::string event =
            chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n");
        for (const Peer& peer : m_peers)
            if (peer.streaming)
                sendAll(peer.socket, event);
    }

    void run(const std::stop_token& stop)
    {
        auto next = std::chrono::steady_clock::now();
        while (!stop.stop_requested()) {
            std::vector<pollfd> waiting = {{m_listener, POLLIN, 0}};
            for (const Peer& peer : m_peers)
                waiting.push_back({peer.socket, POLLIN, 0});
            ::poll(waiting.data(), waiting.size(), 50);
            for (std::size_t i = waiting.size() - 1; i > 0; --i) {
                if (waiting[i].revents != 0 && !take(m_peers[i - 1])) {
                    ::close(m_peers[i - 1].socket);
                    m_peers.erase(m_peers.begin() + static_cast<std::ptrdiff_t>(i - 1));
                }
            }
            if (waiting[0].revents != 0)
                m_peers.push_back({::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC), {}, false});
            if (std::chrono::steady_clock::now() >= next) {
                tick();
                next = std::chrono::steady_clock::now() + std::chrono::milliseconds(250);
            }
        }
    }

    std::string m_answer;
    int m_port = 0;
    int m_listener;
    std::vector<Peer> m_peers;
    std::atomic<int> m_streams{0};
    std::jthread m_thread;
};

} // namespace gatehouse::bench
