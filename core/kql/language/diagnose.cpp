// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/binding.h"
#include "core/kql/language/names.h"
#include "core/kql/language/signatures.h"
#include "core/kql/language/words.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql::language {

namespace {

/// Stages that pass on the columns they take: what is wrong in them does not hide what comes behind.
constexpr std::array<std::string_view, 9> PassingStages = {"where", "filter", "sort",   "order", "take",
                                                           "limit", "top",    "sample", "render"};
// Errors of this engine alone: what it does not have, and its limits.
constexpr std::array<std::string_view, 3> OwnErrors = {"SEM0001", "SEM0003", "SEM0009"};

/// Finds the errors of one block: the first syntax error, then what does not bind before it. A stage whose
/// error is known is left out and the rest is tried again.
class BlockChecker
{
public:
    BlockChecker(std::string_view block, PlanBinder& binder)
        : m_text(block)
        , m_outline(outlineOf(piecesOf(block)))
        , m_binder(binder)
        , m_masked(block)
    {
        m_binder.catalog().startBlock();
    }

    std::vector<Diagnostic> run()
    {
        if (m_outline.code.empty())
            return {};
        m_binder.replaceWildcards(m_masked, 0, m_outline);
        for (int i = PlanBinder::attempts(m_masked.size()); i > 0; --i) {
            const auto columns = m_binder.columns(m_masked);
            if (columns || !handle(columns.error()))
                break;
        }
        return std::move(m_found);
    }

private:
    /// True when the block should be tried again.
    bool handle(const Error& error)
    {
        if (error.kind != Error::Kind::InvalidInput || !error.position ||
            contains(OwnErrors, error.serviceCode))
            return false;
        if (error.serviceCode.starts_with("SYN")) {
            if (m_syntaxError)
                return false;
            m_syntaxError = true;
            report(error);
            return cutAt(error.position->offset);
        }
        if (error.serviceCode == "SEM0004")
            return withoutQuery(error);
        if (!isSure(error))
            return false;
        report(error);
        return leaveOutStage(error.position->offset);
    }

    /// Blanks everything from the stage with a syntax error on.
    bool cutAt(std::size_t offset)
    {
        std::size_t piece = pieceAtError(m_outline, offset, true);
        if (piece == Nowhere)
            return false;
        while (m_outline.groupOf(m_outline.segmentOf(piece)).parent != Nowhere)
            piece = m_outline.groupOf(m_outline.segmentOf(piece)).open;
        const Segment& segment = m_outline.segmentOf(piece);
        std::size_t stage = m_outline.stageStart(segment, piece);
        if (stage > segment.first)
            --stage;
        blank(stage, m_outline.code.size());
        return true;
    }

    /// A block of let statements has no answer; its last table is looked at all the same.
    bool withoutQuery(const Error& error)
    {
        if (m_askedForLet)
            return false;
        m_askedForLet = true;
        if (!m_syntaxError)
            report(error);
        std::string_view last;
        for (const std::size_t each : m_outline.groups.front().segments) {
            const Segment& segment = m_outline.segments[each];
            const bool cut =
                segment.first >= segment.last || m_masked[m_outline.code[segment.first].start] == ' ';
            if (!cut && letEquals(m_outline, segment) != Nowhere && !segment.pipes.empty() &&
                !nameAt(m_outline, segment.first + 1).empty())
                last = nameAt(m_outline, segment.first + 1);
        }
        if (last.empty())
            return false;
        m_masked += "\n;" + quotedName(last);
        return true;
    }

    /// Functions and tables that a workspace may have beside those that are known here are no errors.
    [[nodiscard]] bool isSure(const Error& error) const
    {
        const std::string_view code = error.serviceCode;
        if (m_binder.catalog().isVague() && (code == "SEM0100" || code == "SEM0031"))
            return false;
        const std::size_t piece = pieceAtError(m_outline, error.position->offset, false);
        if (piece == Nowhere)
            return false;
        if (code == "SEM0100" || code == "SEM0031")
            return !behindPlugin(piece);
        if (code != "SEM0260")
            return true;
        const std::string_view name = m_outline.code[piece].text;
        return !tableStandsAt(m_outline, piece) && !name.starts_with('_') && !isKnownFunction(name);
    }

    /// The columns that bag_unpack and other plugins make depend on rows that nobody has here.
    [[nodiscard]] bool behindPlugin(std::size_t piece) const
    {
        const auto end = m_outline.code.begin() + static_cast<std::ptrdiff_t>(piece);
        return std::any_of(m_outline.code.begin(), end,
                           [](const Piece& each) { return each.is("evaluate"); });
    }

    void report(const Error& error)
    {
        Diagnostic diagnostic;
        diagnostic.code = error.serviceCode;
        diagnostic.message = error.message;
        diagnostic.span = spanOf(*error.position);
        if (diagnostic.code == "SEM0260" && diagnostic.message.find("Did you mean") == std::string::npos) {
            const std::size_t piece = pieceAtError(m_outline, error.position->offset, false);
            diagnostic.message += didYouMean(m_outline.code[piece].text, knownFunctions());
            diagnostic.span.length = m_outline.code[piece].text.size();
        }
        const bool known = std::any_of(m_found.begin(), m_found.end(),
                                       [&](const Diagnostic& each) { return each.span == diagnostic.span; });
        if (!known)
            m_found.push_back(std::move(diagnostic));
    }

    /// Never empty and never behind the last piece: there is something to underline.
    [[nodiscard]] Span spanOf(const TextPosition& position) const
    {
        const Piece& last = m_outline.code.back();
        if (position.offset >= last.end())
            return {last.start, last.text.size()};
        const std::size_t length =
            std::clamp<std::size_t>(position.length, 1, m_text.size() - position.offset);
        return {position.offset, length};
    }

    bool leaveOutStage(std::size_t offset)
    {
        const std::size_t piece = pieceAtError(m_outline, offset, false);
        const auto spoiled = piece == Nowhere ? std::nullopt : spoiledPart(m_outline, piece, false, Nowhere);
        if (!spoiled || !m_outline.isAt(spoiled->first, "|") || spoiled->first + 1 >= spoiled->last ||
            !contains(PassingStages, m_outline.code[spoiled->first + 1].text))
            return false;
        return blank(spoiled->first, spoiled->last);
    }

    /// False when there is nothing left to blank.
    bool blank(std::size_t first, std::size_t last)
    {
        const std::size_t start = m_outline.code[first].start;
        const std::size_t length = m_outline.code[last - 1].end() - start;
        const std::string spaces(length, ' ');
        if (m_masked.compare(start, length, spaces) == 0)
            return false;
        m_masked.replace(start, length, spaces);
        return true;
    }

    std::string_view m_text;
    Outline m_outline;
    PlanBinder& m_binder;
    std::string m_masked; ///< the block, without what is known to be wrong
    bool m_syntaxError = false;
    bool m_askedForLet = false;
    std::vector<Diagnostic> m_found;
};

} // namespace

std::vector<Diagnostic> diagnose(std::string_view text, const Schema& schema)
{
    constexpr std::size_t MostBlocks = 1000;
    constexpr std::size_t MostBadBlocks = 50; // a text full of them is not KQL
    std::vector<Diagnostic> all;
    std::size_t bad = 0;
    PlanBinder binder(schema);
    std::vector<Span> blocks = blocksOf(piecesOf(text), text);
    blocks.resize(std::min(blocks.size(), MostBlocks));
    for (const Span& block : blocks) {
        std::vector<Diagnostic> found = BlockChecker(text.substr(block.start, block.length), binder).run();
        for (Diagnostic& diagnostic : found) {
            diagnostic.span.start += block.start;
            all.push_back(std::move(diagnostic));
        }
        if (!found.empty() && ++bad >= MostBadBlocks)
            break;
    }
    std::sort(all.begin(), all.end(),
              [](const Diagnostic& a, const Diagnostic& b) { return a.span.start < b.span.start; });
    return all;
}

} // namespace gatehouse::kql::language
