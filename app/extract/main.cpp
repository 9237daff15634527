// SPDX-License-Identifier: GPL-3.0-or-later
// gatehouse-extract: a document on standard input, its text as JSON on standard output. The embedded stack
// starts it; it takes every right from itself before it reads the first byte.
#include "app/extract/pdf.h"
#include "core/local/rag/extract/readers.h"
#include "core/local/rag/extract/reply.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <exception>
#include <new>
#include <optional>

#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <unistd.h>

namespace {

using namespace gatehouse;

enum ExitStatus { Done = 0, OutOfMemory = 1, Usage = 2, NoLimits = 3 };

std::optional<std::uint64_t> numberOf(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

template <typename Resource>
bool limit(Resource resource, rlim_t most)
{
    const rlimit value{most, most};
    return ::setrlimit(resource, &value) == 0;
}

/// False where a limit cannot be set; then nothing is read.
bool giveUpRights(const local::ExtractionLimits& limits)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    // The sanitizers reserve terabytes of addresses.
    if (!limit(RLIMIT_AS, limits.addressSpace))
        return false;
#endif
#ifdef __linux__
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return false;
#endif
    return limit(RLIMIT_CPU, static_cast<rlim_t>(limits.cpu.count())) && limit(RLIMIT_FSIZE, 0) &&
           limit(RLIMIT_NOFILE, 16) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0);
}

/// Everything on standard input, or one byte more than is allowed.
std::string readInput(std::uint64_t most)
{
    std::string input;
    std::string buffer(1U << 16U, '\0');
    while (input.size() <= most) {
        const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        input.append(buffer, 0, static_cast<std::size_t>(got));
    }
    return input;
}

void writeOutput(std::string_view output)
{
    while (!output.empty()) {
        const ssize_t put = ::write(STDOUT_FILENO, output.data(), output.size());
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return;
        output.remove_prefix(static_cast<std::size_t>(put));
    }
}

Result<local::ExtractedDocument> read(std::string_view kind, const std::string& bytes,
                                      const local::ExtractionLimits& limits)
{
    if (bytes.size() > limits.bytes)
        return local::refuse("DocumentTooLarge", "The file is too large.", "Split it into several files.");
    if (kind == "pdf")
        return readPdf(bytes, limits);
    if (kind == "docx")
        return local::readDocx(bytes, limits);
    return local::readPlainText(bytes, limits);
}

int run(int argc, char** argv)
{
    std::optional<std::uint64_t> numbers[5];
    if (argc == 7) {
        for (int i = 0; i < 5; ++i)
            numbers[i] = numberOf(argv[i + 2]);
    }
    const std::string_view kind = argc == 7 ? argv[1] : "";
    for (const auto& number : numbers) {
        if (!number || (kind != "pdf" && kind != "docx" && kind != "txt")) {
            std::fputs("usage: gatehouse-extract pdf|docx|txt ADDRESS-SPACE CPU-SECONDS BYTES TEXT-BYTES "
                       "PAGES < DOCUMENT\n",
                       stderr);
            return Usage;
        }
    }
    local::ExtractionLimits limits;
    limits.addressSpace = *numbers[0];
    limits.cpu = std::chrono::seconds(static_cast<std::int64_t>(*numbers[1]));
    limits.bytes = *numbers[2];
    limits.textBytes = *numbers[3];
    limits.pages = static_cast<int>(*numbers[4]);
    if (!giveUpRights(limits))
        return NoLimits;
    writeOutput(local::writeReply(read(kind, readInput(limits.bytes), limits)));
    return Done;
}

} // namespace

int main(int argc, char** argv)
{
    int status = OutOfMemory;
    try {
        status = run(argc, argv);
    } catch (const std::exception&) { // there was no memory, or a library could not go on
    }
    // No clean-up: destructors of a half-read document are more code that a hostile file could steer.
    ::_exit(status);
}
