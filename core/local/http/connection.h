// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/http/requesthead.h"
#include "core/local/http/router.h"
#include "core/local/http/socketstream.h"

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <string>

namespace gatehouse::local {

/// How long a peer may take, in real time.
struct ConnectionLimits
{
    std::chrono::milliseconds head{
        10'000}; ///< from the first byte of a request (or of the handshake) to its empty line
    std::chrono::milliseconds body{60'000};  ///< for a whole body
    std::chrono::milliseconds idle{90'000};  ///< between two requests
    std::chrono::milliseconds write{30'000}; ///< without any progress
};

/// What all connections of a server share; it outlives them.
struct ConnectionContext
{
    const Router& router;
    const Authenticator& authenticator;
    int port = 0; ///< ours, which a Host header may name
    ConnectionLimits limits;
    const std::atomic<bool>& stopping;
};

/// Serves the requests of one connection, one after the other, in the calling thread. httplib parses the
/// request line and writes the answer; this class decides what is let in, and reads the body only after that:
/// head form (400), Host (421), route (404, 405), caller (401, 403), declared length (413).
///
/// It derives from httplib::Server for its protected process_request(); nothing here ever listens.
class Connection final : private httplib::Server
{
public:
    Connection(SocketStream& stream, const ConnectionContext& context);

    /// Until the peer leaves, misbehaves or the server stops.
    void serve();

private:
    enum class Awaited { Head, Nothing, Refused };

    [[nodiscard]] Awaited awaitHead();
    void readHeaders(httplib::Request& request) const;
    void admit(httplib::Request& request);
    void admitCaller(httplib::Request& request);
    [[nodiscard]] HandlerResponse answer(httplib::Response& response);
    void runHandler(httplib::Response& response);
    void giveRefusal(httplib::Response& response);
    void addCommonHeaders(httplib::Response& response);
    void refuse(int status, std::string_view code, std::string_view message);
    void refuseHead(int status, std::string_view message);
    [[nodiscard]] bool isOurHost() const;
    [[nodiscard]] const std::string& date();

    SocketStream& m_stream;
    const ConnectionContext& m_context;
    std::string m_headBytes; // what m_head points into
    RequestHead m_head;
    std::string m_shortHead;               // what httplib gets to read of it
    httplib::Request* m_request = nullptr; // of the request in hand
    const Route* m_route = nullptr;
    std::vector<std::string> m_parameters;
    Caller m_caller;
    httplib::Response m_refusal; // status -1 while nothing was refused
    bool m_close = false;
    bool m_bodyUnread = false;
    std::string m_date;
    std::time_t m_dateSecond = 0;
};

} // namespace gatehouse::local
