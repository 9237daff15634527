// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <httplib.h>

#include <chrono>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// One accepted TCP connection, plain or TLS, with buffers both ways. Owns the TLS session, not the socket.
/// One thread uses it; the server wakes that thread by shutting the socket down.
///
/// Writes are gathered until flush(), so that a small answer is one packet; writeThrough() turns that off for
/// streams. No wait is longer than the deadlines given here, whatever the peer does.
class SocketStream final : public httplib::Stream
{
public:
    using Time = std::chrono::steady_clock::time_point;
    enum class Filled { Data, End, Timeout };

    /// tls may be null. The socket must be non-blocking.
    SocketStream(int socket, SSL* tls, std::chrono::milliseconds writeTimeout);
    ~SocketStream() override;
    SocketStream(const SocketStream&) = delete;
    SocketStream& operator=(const SocketStream&) = delete;

    /// The server's half of the TLS handshake; true at once without TLS.
    [[nodiscard]] bool handshake(Time deadline);

    /// Waits for more bytes and appends them to buffered().
    [[nodiscard]] Filled fill(Time deadline);
    [[nodiscard]] std::string_view buffered() const { return std::string_view(m_in).substr(m_inUsed); }
    void consume(std::size_t bytes);
    /// What read() answers before anything else; text must live until it was read.
    void readFirst(std::string_view text) { m_first = text; }

    [[nodiscard]] bool flush();
    void writeThrough(bool on) { m_writeThrough = on; }
    /// Says goodbye and throws away what the peer still sends, until it stops or the deadline has come:
    /// closing over unread bytes resets the connection, and the peer would lose our last answer.
    void closeGently(Time deadline);

    // httplib::Stream. read() answers only from what is buffered: the connection has read the head before.
    [[nodiscard]] bool is_readable() const override { return !m_first.empty() || !buffered().empty(); }
    /// False when the peer has gone: a stream then stops instead of writing to nobody.
    [[nodiscard]] bool is_writable() const override;
    ssize_t read(char* target, std::size_t size) override;
    ssize_t write(const char* bytes, std::size_t size) override;
    void get_remote_ip_and_port(std::string& ip, int& port) const override;
    void get_local_ip_and_port(std::string& ip, int& port) const override;
    /// Never the real one: httplib answers 500 for descriptors that select() cannot hold.
    [[nodiscard]] socket_t socket() const override { return 0; }

private:
    [[nodiscard]] bool waitFor(short events, Time deadline) const;
    [[nodiscard]] bool sendAll(const char* bytes, std::size_t size);
    [[nodiscard]] ssize_t sendSome(const char* bytes, std::size_t size, short& wanted);
    [[nodiscard]] ssize_t receiveSome(char* target, std::size_t size, short& wanted);

    int m_socket;
    SSL* m_tls;
    std::chrono::milliseconds m_writeTimeout;
    std::string m_in;
    std::size_t m_inUsed = 0;
    std::string_view m_first;
    std::string m_out;
    bool m_writeThrough = false;
    bool m_broken = false;
};

} // namespace gatehouse::local
