// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/encoding.h"
#include "core/base/json.h"

#include <httplib.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace gatehouse::test {

/// A child process whose standard output can be read line by line. Ends it (SIGKILL) when it is still there.
class ChildProcess
{
public:
    ChildProcess() = default;
    explicit ChildProcess(const std::vector<std::string>& arguments)
    {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            return;
        std::vector<char*> pointers;
        std::vector<std::string> copies = arguments;
        for (std::string& one : copies)
            pointers.push_back(one.data());
        pointers.push_back(nullptr);
        m_pid = ::fork();
        if (m_pid == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::execvp(pointers[0], pointers.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        m_output = ends[0];
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess() { end(SIGKILL); }

    [[nodiscard]] pid_t pid() const { return m_pid; }

    /// Sends the signal, waits for the end and answers its wait status.
    int end(int signal)
    {
        int status = 0;
        if (m_pid > 0) {
            ::kill(m_pid, signal);
            ::waitpid(m_pid, &status, 0);
            m_pid = -1;
        }
        if (m_output >= 0)
            ::close(std::exchange(m_output, -1));
        return status;
    }

    /// The next line; "" at the end of the output or after the time.
    std::string readLine(std::chrono::milliseconds patience)
    {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (m_buffer.find('\n') == std::string::npos) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                deadline - std::chrono::steady_clock::now());
            pollfd waiting{m_output, POLLIN, 0};
            if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) != 1)
                return {};
            std::array<char, 4'096> bytes{};
            const auto size = ::read(m_output, bytes.data(), bytes.size());
            if (size <= 0)
                return {};
            m_buffer.append(bytes.data(), static_cast<std::size_t>(size));
        }
        const std::size_t end = m_buffer.find('\n');
        std::string line = m_buffer.substr(0, end);
        m_buffer.erase(0, end + 1);
        return line;
    }
    /// Everything up to the end of the output.
    std::string readAll()
    {
        std::array<char, 4'096> bytes{};
        for (;;) {
            const auto size = ::read(m_output, bytes.data(), bytes.size());
            if (size < 0 && errno == EINTR)
                continue;
            if (size <= 0)
                return std::move(m_buffer);
            m_buffer.append(bytes.data(), static_cast<std::size_t>(size));
        }
    }

private:
    pid_t m_pid = -1;
    int m_output = -1;
    std::string m_buffer;
};

/// gatehouse-local as a process of its own, as a user starts it.
class StackProcess
{
public:
    /// binary: the path of gatehouse-local. Waits until it is ready.
    StackProcess(const std::string& binary, const std::string& data,
                 const std::vector<std::string>& more = {})
    {
        // The stack may go while httplib's client writes to it, which is an answer to test, not the end of
        // the test.
        std::signal(SIGPIPE, SIG_IGN);
        std::vector<std::string> arguments = {binary, "--data",    data,   "--sample-days",
                                              "0",    "--approve", "admin"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto start = std::chrono::steady_clock::now();
        m_process = std::make_unique<ChildProcess>(arguments);
        const auto line = parseJson(m_process->readLine(std::chrono::seconds(60)));
        readyAfter =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
        if (line)
            info = *line;
        origin = textAt(info, "origin");
    }

    [[nodiscard]] bool ready() const { return !origin.empty(); }
    ChildProcess& process() { return *m_process; }

    /// A bearer token of the approved persona for "arm", "logs" or "gateway"; "" when that fails.
    [[nodiscard]] std::string token(const std::string& audience) const
    {
        httplib::Client client(origin);
        const std::string path = "/" + textAt(info, "tenantId") + "/oauth2/v2.0/";
        const std::string scope = textAt(memberAt(info, "audiences"), audience) + "/.default";
        const httplib::Params ask = {{"client_id", textAt(info, "clientId")}, {"scope", scope}};
        const auto code = client.Post(path + "devicecode", ask);
        const auto codeJson = code ? parseJson(code->body) : Result<Json>(Json());
        const httplib::Params poll = {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                                      {"client_id", textAt(info, "clientId")},
                                      {"device_code", codeJson ? textAt(*codeJson, "device_code") : ""}};
        const auto answer = client.Post(path + "token", poll);
        const auto answerJson = answer ? parseJson(answer->body) : Result<Json>(Json());
        return answerJson ? textAt(*answerJson, "access_token") : std::string();
    }

    Json info;
    std::string origin;
    std::chrono::milliseconds readyAfter{0};

private:
    std::unique_ptr<ChildProcess> m_process;
};

/// The rows of the first table of a query, or null.
inline Json queryRows(const std::string& origin, const std::string& workspace, const std::string& token,
                      const std::string& query)
{
    httplib::Client client(origin);
    client.set_read_timeout(60, 0);
    const auto answer =
        client.Post("/v1/workspaces/" + workspace + "/query", {{"Authorization", "Bearer " + token}},
                    dumpJson({{"query", query}}), "application/json");
    const auto json = answer ? parseJson(answer->body, std::size_t{256} << 20U) : Result<Json>(Json());
    if (!json || !memberAt(*json, "tables").is_array() || memberAt(*json, "tables").empty())
        return nullptr;
    return memberAt(memberAt(*json, "tables")[0], "rows");
}

} // namespace gatehouse::test
