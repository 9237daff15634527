// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/extract/childprocess.h"

#include "core/base/clock.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gatehouse::local {

namespace {

using Time = std::chrono::nanoseconds;

/// A descriptor that is closed with its owner.
class Descriptor
{
public:
    explicit Descriptor(int fd = -1)
        : m_fd(fd)
    {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }
    void close()
    {
        if (m_fd >= 0)
            ::close(m_fd);
        m_fd = -1;
    }
    /// Away from 0 to 2, which the child's own would overwrite before they are used.
    void lift()
    {
        if (m_fd < 0 || m_fd > 2)
            return;
        const int higher = ::fcntl(m_fd, F_DUPFD_CLOEXEC, 3);
        close();
        m_fd = higher;
    }
    void reset(int fd)
    {
        close();
        m_fd = fd;
    }
    [[nodiscard]] int get() const { return m_fd; }

private:
    int m_fd;
};

/// A child between its start and its end. The destructor kills what is left of its group.
class Child
{
public:
    Child() = default;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child()
    {
        if (m_pid > 0)
            end();
    }

    /// 0, or an errno. A socket serves as both of the child's channels, since writing to a pipe whose reader
    /// has died raises a signal in the whole process, and send() can be told not to.
    int start(const std::string& program, const std::vector<std::string>& arguments)
    {
        std::array<int, 2> ends{-1, -1};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
            return errno;
        m_socket.reset(ends[0]);
        Descriptor theirs(ends[1]);
        theirs.lift();
        m_socket.lift();
        if (theirs.get() < 0 || m_socket.get() < 0 || ::fcntl(m_socket.get(), F_SETFL, O_NONBLOCK) != 0)
            return errno;
        return spawn(program, arguments, theirs.get());
    }

    [[nodiscard]] int socket() const { return m_socket.get(); }

    /// True once the child has ended; status is what waitpid says then.
    bool reaped(int& status)
    {
        const pid_t got = ::waitpid(m_pid, &status, WNOHANG);
        if (got == 0 || (got < 0 && errno == EINTR))
            return false;
        ::kill(-m_pid, SIGKILL); // whatever it left behind in its group
        m_pid = -1;
        return true;
    }

    void end()
    {
        ::kill(-m_pid, SIGKILL);
        ::kill(m_pid, SIGKILL);
        int status = 0;
        while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
        }
        m_pid = -1;
    }

private:
    int spawn(const std::string& program, const std::vector<std::string>& arguments, int fd)
    {
        posix_spawn_file_actions_t actions{};
        posix_spawnattr_t attributes{};
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        posix_spawn_file_actions_adddup2(&actions, fd, 0);
        posix_spawn_file_actions_adddup2(&actions, fd, 1);
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addchdir_np(&actions, "/");
        short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
        flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#else
        posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes, flags);

        std::vector<std::string> words{program};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> argv;
        for (std::string& word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        std::array<char*, 1> environment{nullptr};
        const int error =
            posix_spawn(&m_pid, program.c_str(), &actions, &attributes, argv.data(), environment.data());
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
        if (error != 0)
            m_pid = -1;
        return error;
    }

    pid_t m_pid = -1;
    Descriptor m_socket;
};

/// Feeds and drains a child until it has no more to say.
class Conversation
{
public:
    Conversation(int socket, std::string_view input, std::uint64_t maxOutput)
        : m_socket(socket)
        , m_input(input)
        , m_maxOutput(maxOutput)
    {}

    enum class Step { GoOn, Closed, TooMuch };

    /// Waits for at most timeout, then moves what can be moved.
    Step step(int timeoutMs)
    {
        if (m_input.empty() && !m_shut) {
            ::shutdown(m_socket, SHUT_WR);
            m_shut = true;
        }
        const auto wanted = static_cast<short>(m_input.empty() ? POLLIN : POLLIN | POLLOUT);
        pollfd watch{m_socket, wanted, 0};
        if (::poll(&watch, 1, timeoutMs) <= 0)
            return Step::GoOn;
        if ((watch.revents & POLLOUT) != 0)
            write();
        if ((watch.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
            return read();
        return Step::GoOn;
    }

    std::string takeOutput() { return std::move(m_output); }

private:
    void write()
    {
        const ssize_t sent = ::send(m_socket, m_input.data(), m_input.size(), MSG_NOSIGNAL);
        if (sent > 0)
            m_input.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno != EAGAIN && errno != EINTR)
            m_input = {}; // it wants no more; what it has to say is still read
    }

    Step read()
    {
        std::array<char, 65'536> buffer;
        const ssize_t got = ::recv(m_socket, buffer.data(), buffer.size(), 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return Step::Closed;
        if (got > 0)
            m_output.append(buffer.data(), static_cast<std::size_t>(got));
        return m_output.size() > m_maxOutput ? Step::TooMuch : Step::GoOn;
    }

    int m_socket;
    std::string_view m_input;
    std::uint64_t m_maxOutput;
    bool m_shut = false;
    std::string m_output;
};

int millisecondsUntil(Time deadline, Time now)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000));
}

} // namespace

ChildOutcome runChild(const std::string& program, const std::vector<std::string>& arguments,
                      std::string_view input, std::uint64_t maxOutput, std::chrono::milliseconds wall)
{
    // Only the system's own clock can keep the deadline of another process.
    const SystemClock clock;
    const Time deadline = clock.monotonic() + wall;
    ChildOutcome outcome;
    Child child;
    outcome.error = child.start(program, arguments);
    if (outcome.error != 0)
        return outcome;

    Conversation conversation(child.socket(), input, maxOutput);
    auto step = Conversation::Step::GoOn;
    while (step == Conversation::Step::GoOn && clock.monotonic() < deadline)
        step = conversation.step(millisecondsUntil(deadline, clock.monotonic()));
    outcome.output = conversation.takeOutput();
    outcome.end =
        step == Conversation::Step::TooMuch ? ChildOutcome::End::TooMuch : ChildOutcome::End::OutOfTime;

    // A child that has closed its channel is about to end; a moment may pass until the system says so.
    int status = 0;
    while (step == Conversation::Step::Closed && clock.monotonic() < deadline) {
        if (child.reaped(status)) {
            outcome.end = WIFSIGNALED(status) ? ChildOutcome::End::Killed : ChildOutcome::End::Exited;
            outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
            outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
            return outcome;
        }
        ::poll(nullptr, 0, 1);
    }
    return outcome;
}

} // namespace gatehouse::local
