// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/http/connection.h"

#include "core/base/encoding.h"
#include "core/local/http/requestbody.h"

#include <array>
#include <ctime>
#include <exception>
#include <utility>

namespace gatehouse::local {

namespace {

using Clock = std::chrono::steady_clock;

/// How long a refused peer may go on sending its body. Most clients read the answer only after they have sent
/// all.
constexpr std::chrono::milliseconds LingerWithBody{5'000};
constexpr std::chrono::milliseconds Linger{100};
/// httplib ends streams once the socket it listens on is gone; a connection listens on none, so any number
/// will do.
constexpr socket_t AnySocket = 0;

std::string_view reasonOf(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 408:
        return "Request Timeout";
    case 414:
        return "URI Too Long";
    case 431:
        return "Request Header Fields Too Large";
    case 501:
        return "Not Implemented";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Error";
    }
}

std::string_view codeOfBody(int status)
{
    if (status == 413)
        return "RequestEntityTooLarge";
    return status == 408 ? "RequestTimeout" : "BadRequest";
}

std::string_view messageOfBody(int status)
{
    if (status == 413)
        return "The request body is larger than this path accepts.";
    return status == 408 ? "The request body did not arrive in time."
                         : "The request body is malformed or was cut.";
}

} // namespace

Connection::Connection(SocketStream& stream, const ConnectionContext& context)
    : m_stream(stream)
    , m_context(context)
{
    svr_sock_ = AnySocket;
    set_keep_alive_max_count(1'000'000);
    set_keep_alive_timeout(std::chrono::duration_cast<std::chrono::seconds>(context.limits.idle).count());
    set_pre_routing_handler(
        [this](const httplib::Request&, httplib::Response& response) { return answer(response); });
    set_expect_100_continue_handler([this](const httplib::Request&, httplib::Response& response) {
        if (m_refusal.status == -1)
            return 100;
        giveRefusal(response);
        return response.status;
    });
}

void Connection::serve()
{
    while (!m_context.stopping && awaitHead() == Awaited::Head) {
        m_route = nullptr;
        m_refusal = httplib::Response();
        m_bodyUnread = false;
        bool peerCloses = false;
        m_shortHead.assign(m_head.line).append("\r\n");
        if (!m_head.connection.empty())
            m_shortHead.append("Connection: ").append(m_head.connection).append("\r\n");
        m_stream.readFirst(m_shortHead.append("\r\n"));
        const bool written =
            process_request(m_stream, m_close, peerCloses, [this](httplib::Request& request) {
                m_request = &request;
                admit(request);
            });
        m_request = nullptr;
        m_stream.writeThrough(false);
        if (!m_stream.flush() || !written || peerCloses || m_close)
            break;
    }
    m_stream.closeGently(Clock::now() + (m_bodyUnread ? LingerWithBody : Linger));
}

/// Fills the stream's buffer with one whole head and looks at its form.
Connection::Awaited Connection::awaitHead()
{
    std::size_t searched = 0;
    auto deadline =
        Clock::now() + (m_stream.buffered().empty() ? m_context.limits.idle : m_context.limits.head);
    for (;;) {
        // Empty lines before a request are tolerated (RFC 9112 §2.2).
        while (m_stream.buffered().substr(0, 2) == "\r\n")
            m_stream.consume(2);
        const std::string_view held = m_stream.buffered();
        const std::size_t end = held.find("\r\n\r\n", searched);
        if (end != std::string_view::npos && end + 4 <= MaxHeadBytes) {
            m_headBytes.assign(held.substr(0, end + 4));
            m_head = readRequestHead(m_headBytes);
            if (m_head.status == 0) {
                m_stream.consume(m_headBytes.size());
                return Awaited::Head;
            }
            refuseHead(m_head.status, m_head.problem);
            return Awaited::Refused;
        }
        if (held.size() > MaxHeadBytes) {
            refuseHead(431, "The head of the request is too long.");
            return Awaited::Refused;
        }
        searched = held.size() < 3 ? 0 : held.size() - 3;
        const bool nothingYet = held.empty();
        switch (m_stream.fill(deadline)) {
        case SocketStream::Filled::Data:
            if (nothingYet)
                deadline = Clock::now() + m_context.limits.head;
            break;
        case SocketStream::Filled::End:
            return Awaited::Nothing;
        case SocketStream::Filled::Timeout:
            if (!nothingYet)
                refuseHead(408, "The head of the request did not arrive in time.");
            return Awaited::Nothing;
        }
    }
}

/// Answers a head that httplib never gets to see.
void Connection::refuseHead(int status, std::string_view message)
{
    httplib::Response response;
    answerError(response, status, "BadRequest", message);
    std::string text =
        "HTTP/1.1 " + std::to_string(status) + " " + std::string(reasonOf(status)) + "\r\nDate: " + date() +
        "\r\nConnection: close\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\n";
    for (const auto& [name, value] : response.headers)
        text += name + ": " + value + "\r\n";
    text += "\r\n" + response.body;
    m_bodyUnread = true;
    if (m_stream.write(text.data(), text.size()) > 0)
        (void)m_stream.flush();
}

void Connection::refuse(int status, std::string_view code, std::string_view message)
{
    answerError(m_refusal, status, code, message);
}

bool Connection::isOurHost() const
{
    std::string_view host = m_head.host;
    const std::size_t colon = host.find(':');
    if (colon != std::string_view::npos) {
        if (host.substr(colon + 1) != std::to_string(m_context.port))
            return false;
        host = host.substr(0, colon);
    }
    return host == "127.0.0.1" || equalsIgnoreCase(host, "localhost");
}

/// The fields, as the client wrote them: httplib, which reads a head byte by byte, gets only a short one, and
/// it would percent-decode values, which turns an escape into whatever it stands for, a line break included.
/// It would also compress and cut answers on request; on loopback the one wastes time, the other is not
/// offered.
void Connection::readHeaders(httplib::Request& request) const
{
    request.headers.clear();
    std::string_view rest = m_headBytes;
    rest.remove_prefix(rest.find('\n') + 1);
    while (rest.size() > 2) {
        const std::string_view line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(line.size() + 2);
        const std::size_t colon = line.find(':');
        const std::string_view name = line.substr(0, colon);
        if (equalsIgnoreCase(name, "Accept-Encoding") || equalsIgnoreCase(name, "Range"))
            continue;
        std::string_view value = line.substr(colon + 1);
        const std::size_t start = value.find_first_not_of(" \t");
        value = start == std::string_view::npos ? std::string_view() : value.substr(start);
        request.headers.emplace(name, value.substr(0, value.find_last_not_of(" \t") + 1));
    }
}

/// Everything that is decided from the head alone, in the order of the class comment.
void Connection::admit(httplib::Request& request)
{
    readHeaders(request);
    m_parameters.clear();
    m_caller = Caller();
    if (!isOurHost()) {
        refuse(421, "MisdirectedRequest", "This server answers only for 127.0.0.1 and localhost.");
    } else {
        const std::string_view path = m_head.target.substr(0, m_head.target.find('?'));
        bool pathKnown = false;
        m_route = m_context.router.match(request.method, path, m_parameters, pathKnown);
        if (m_route != nullptr) {
            admitCaller(request);
        } else if (pathKnown) {
            refuse(405, "MethodNotAllowed", "This path does not have that method.");
            m_refusal.set_header("Allow", m_context.router.allowedMethods(path));
        } else {
            refuse(404, "PathNotFoundError", "There is nothing at this path.");
        }
    }
    m_bodyUnread = m_head.hasBody();
    if (m_refusal.status != -1 && m_bodyUnread) {
        m_close = true;
        request.headers.erase("Connection");
        request.set_header("Connection", "close"); // makes httplib say so in the answer
    }
}

void Connection::admitCaller(httplib::Request& request)
{
    if (m_route->access != Access::Open) {
        Result<Caller> caller = m_context.authenticator.authenticate(request, m_route->access);
        if (!caller) {
            const Error& error = caller.error();
            const int status =
                error.httpStatus != 0 ? error.httpStatus : (error.kind == Error::Kind::Denied ? 403 : 401);
            if (status == 401)
                m_refusal.set_header("WWW-Authenticate", m_context.authenticator.challenge(error));
            refuse(status, error.serviceCode, error.message);
            return;
        }
        m_caller = std::move(*caller);
    }
    if (m_head.contentLength.value_or(0) > m_route->maxBodyBytes)
        refuse(413, codeOfBody(413), messageOfBody(413));
}

httplib::Server::HandlerResponse Connection::answer(httplib::Response& response)
{
    if (m_refusal.status == -1 && m_bodyUnread) {
        const int status = readRequestBody(m_stream, m_head, m_route->maxBodyBytes,
                                           Clock::now() + m_context.limits.body, m_request->body);
        if (status != 0) {
            refuse(status, codeOfBody(status), messageOfBody(status));
            m_close = true;
            m_request->set_header("Connection", "close");
        }
        m_bodyUnread = status != 0;
    }
    if (m_refusal.status != -1)
        giveRefusal(response);
    else
        runHandler(response);
    addCommonHeaders(response);
    if (response.content_provider_)
        m_stream.writeThrough(true);
    return HandlerResponse::Handled;
}

void Connection::giveRefusal(httplib::Response& response)
{
    if (m_route != nullptr && m_route->onRefused)
        m_route->onRefused(*m_request, m_refusal);
    response.status = m_refusal.status;
    response.headers = std::move(m_refusal.headers);
    response.body = std::move(m_refusal.body);
    addCommonHeaders(response);
}

void Connection::addCommonHeaders(httplib::Response& response)
{
    if (!response.has_header("x-ms-request-id"))
        response.set_header("x-ms-request-id", randomGuid());
    if (!response.has_header("Date"))
        response.set_header("Date", date());
}

void Connection::runHandler(httplib::Response& response)
{
    Exchange exchange{*m_request, response, std::move(m_parameters), std::move(m_caller)};
    try {
        m_route->handler(exchange);
        return;
    } catch (const std::exception&) {
        // No exception is meant to come here; one that does (memory, a library) must not end the process.
    }
    response = httplib::Response();
    answerError(response, 500, "InternalServerError", "The stack could not handle this request.");
}

const std::string& Connection::date()
{
    const std::time_t now = std::time(nullptr);
    if (now != m_dateSecond || m_date.empty()) {
        std::tm parts = {};
        ::gmtime_r(&now, &parts);
        std::array<char, 40> text = {};
        const std::size_t length =
            std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        m_date.assign(text.data(), length);
        m_dateSecond = now;
    }
    return m_date;
}

} // namespace gatehouse::local
