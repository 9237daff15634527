// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/extract/extractor.h"

#include "core/local/rag/extract/childprocess.h"
#include "core/local/rag/extract/filetype.h"
#include "core/local/rag/extract/reply.h"

#include <csignal>
#include <filesystem>
#include <system_error>

namespace gatehouse::local {

namespace {

tl::unexpected<Error> unreadable()
{
    return refuse("DamagedDocument", "The document is damaged; reading it failed.", SaveAgain);
}

tl::unexpected<Error> tooComplex(const std::string& what)
{
    return refuse("TooComplex", "The document is too complex: " + what + ".",
                  "Split it, or save its text alone.");
}

/// What a child's end means for a person.
Result<ExtractedDocument> judge(const ChildOutcome& outcome, const ExtractionLimits& limits)
{
    using End = ChildOutcome::End;
    switch (outcome.end) {
    case End::NotStarted:
        return fail(Error::Kind::Unavailable,
                    "The program that reads documents cannot be started (" +
                        std::generic_category().message(outcome.error) + ").",
                    "Install Gatehouse again: gatehouse-extract belongs beside its other programs.");
    case End::OutOfTime:
        return tooComplex("reading it took longer than " +
                          std::to_string(std::chrono::ceil<std::chrono::seconds>(limits.wall).count()) +
                          " s");
    case End::TooMuch:
        return tooComplex("it holds too much text");
    case End::Killed:
        if (outcome.signal == SIGXCPU || outcome.signal == SIGKILL)
            return tooComplex("reading it took more than " + std::to_string(limits.cpu.count()) +
                              " s of processor time");
        return unreadable();
    case End::Exited:
        break;
    }
    if (outcome.status == 0)
        return readReply(outcome.output, limits);
    if (outcome.status != 1) // 127 where the program is not there, else its own refusal to start
        return fail(Error::Kind::Unavailable, "The program that reads documents cannot be started.",
                    "Install Gatehouse again: gatehouse-extract belongs beside its other programs.");
    // Poppler leaves with 1 where no memory is left.
    return tooComplex("reading it took more than " + std::to_string(limits.addressSpace >> 20U) +
                      " MiB of memory");
}

class ChildExtractor final : public Extractor
{
public:
    ChildExtractor(std::string program, ExtractionLimits limits)
        : m_program(std::move(program))
        , m_limits(limits)
    {}

    Result<ExtractedDocument> extract(std::string_view bytes, const std::string& fileName) override
    {
        if (bytes.size() > m_limits.bytes)
            return refuse("DocumentTooLarge",
                          "The file is larger than " + std::to_string(m_limits.bytes >> 20U) + " MiB.",
                          "Split it into several files.");
        const auto kind = kindOf(bytes, fileName);
        if (!kind)
            return fail(kind.error());
        const std::vector<std::string> arguments{
            std::string(toString(*kind)),         std::to_string(m_limits.addressSpace),
            std::to_string(m_limits.cpu.count()), std::to_string(m_limits.bytes),
            std::to_string(m_limits.textBytes),   std::to_string(m_limits.pages)};
        // JSON writes a line end or a quote as two bytes.
        const std::uint64_t most = 2 * m_limits.textBytes + (1U << 20U);
        return judge(runChild(m_program, arguments, bytes, most, m_limits.wall), m_limits);
    }

private:
    const std::string m_program;
    const ExtractionLimits m_limits;
};

} // namespace

std::unique_ptr<Extractor> makeExtractor(std::string workerProgram, ExtractionLimits limits)
{
    return std::make_unique<ChildExtractor>(std::move(workerProgram), limits);
}

std::string extractionProgram()
{
    std::error_code error;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    const auto beside = folder / "gatehouse-extract";
    const auto installed = folder.parent_path() / "libexec" / "gatehouse" / "gatehouse-extract";
    if (!std::filesystem::exists(beside, error) && std::filesystem::exists(installed, error))
        return installed.string();
    return beside.string();
}

} // namespace gatehouse::local
