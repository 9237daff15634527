// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What is said to a RAG backend and what it says, as values without Qt. An empty optional is unknown: the
/// owner's contract (health, upload, chat) leaves most of it open, and a backend that says less is not
/// guessed at. Every text of a document, a passage or an answer is hostile.
namespace gatehouse::rag {

/// GET /health.
struct Health
{
    bool ready = false;
    std::string status; ///< the backend's own word
    std::string model;
    std::string embedding;
    std::optional<bool> simulated; ///< the model is no model: the page must say so
    std::optional<std::int64_t> documents;
};

/// A document that the backend holds.
struct Document
{
    std::string id; ///< "" where the backend names none: it can be asked about, but not listed or forgotten
    std::string name;
    std::string mediaType;
    std::int64_t bytes = 0;
    std::optional<int> pages;
    std::optional<std::int64_t> chunks;
    std::optional<DateTime> uploaded;
    bool duplicate = false; ///< these bytes were there already and were indexed once
};

/// A chunk of a document, as it was indexed or as it was retrieved.
struct Passage
{
    std::string id; ///< what citations name
    std::string documentId;
    std::string documentName;
    std::optional<int> page; ///< from 1
    std::int64_t index = 0;  ///< of the document's chunks, from 0
    std::optional<std::int64_t> tokens;
    std::string text;
    std::optional<double> score;    ///< of the fused ranking, larger is better
    std::optional<int> vectorRank;  ///< from 1; empty: not among that search's results
    std::optional<int> keywordRank; ///< the same for BM25
};

struct Message
{
    enum class Role { System, User, Assistant };
    Role role = Role::User;
    std::string text;
    bool operator==(const Message&) const = default;
};

/// POST /chat. All but question and history are ours: another backend ignores them.
struct Question
{
    std::string text;                   ///< at most 32,000 characters
    std::vector<Message> history;       ///< oldest first, at most 50
    std::vector<std::string> documents; ///< ids to search in; empty: all
    std::string deployment;             ///< "": the backend's own
    std::string task;    ///< business tag x-gh-task of the calls that this makes; routing rules see it
    std::string feature; ///< business tag x-gh-feature; SmokeFeature keeps a call out of chargeback
};

/// The x-gh-feature of test traffic.
inline constexpr const char* SmokeFeature = "gatehouse-smoke";

/// "[1]" in the answer is the passage with this id. One that names no retrieved passage is shown as unproven.
struct Citation
{
    int marker = 1;
    std::string passageId;
};

/// What the answer was made from, known before its first word.
struct Grounding
{
    std::vector<Passage> passages; ///< best first
    std::vector<Message> prompt;   ///< exactly what was sent to the model; empty: the backend does not say
};

struct TokenUsage
{
    enum class Source { Unknown, Estimated, Measured };
    Source source = Source::Unknown;
    std::int64_t prompt = 0;
    std::int64_t completion = 0;
};

/// What is known of an answer when it is over.
struct AnswerFacts
{
    std::optional<bool> grounded; ///< false: the documents do not say, which is an answer and no error
    std::vector<Citation> citations;
    std::string model;
    std::optional<bool> simulated;
    std::string backend; ///< the gateway's x-gh-backend
    std::optional<int> attempts;
    std::string route;
    std::string requestId; ///< the gateway's: CorrelationId of the log rows
    std::string finishReason;
    TokenUsage usage;
    bool endConfirmed = true; ///< false: plain text that just ended, which a cut may look like
    std::optional<std::chrono::milliseconds> firstToken; ///< measured here, from sending to the first text
    std::chrono::milliseconds total{0};                  ///< measured here
};

/// DELETE /documents/{id}.
struct Receipt
{
    std::string documentId;
    std::string documentName;
    std::int64_t chunksRemoved = 0;
    DateTime at;
};

} // namespace gatehouse::rag
