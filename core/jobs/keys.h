// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/result.h"

#include <QtCore/QFuture>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// The keys by which services call the gateway (APIM subscriptions): who uses them, and a new one in the
/// place of one that is to end. Abstract, so that presenters are tested with fakes. All on the main thread.
namespace gatehouse::jobs {

enum class KeySlot { Primary, Secondary };

/// A caller as the gateway's log shows it.
struct KeyCaller
{
    std::string application; ///< x-gh-application; "" for a caller that does not name itself
    std::string agent;       ///< User-Agent; "" where it is not logged
    std::int64_t addresses = 0;
    std::int64_t calls = 0;
    DateTime lastSeen;
};

struct KeySubscription
{
    std::string id; ///< the last segment of its ARM id, as logs have it
    std::string name;
    std::string scope; ///< "product ai-platform", "API openai", "all APIs"
    std::string state; ///< active, suspended, …
    /// Of the report's time; the last seen first. Which of the two keys they used is not logged.
    std::vector<KeyCaller> callers;
};

struct KeyReport
{
    std::vector<KeySubscription> subscriptions; ///< by name
    TimeRange seen;                             ///< what callers are from: the last day
    bool callersKnown = false;
    std::string callersUnknownBecause; ///< a sentence
    bool partial = false;              ///< the log's answer is not whole: there may be more callers
    std::vector<std::string> queries;
};

/// A key. Copies share one piece of memory, which is overwritten when the last of them goes.
class SecretText
{
public:
    SecretText() = default;
    explicit SecretText(std::string_view text)
        : m_bytes(std::make_shared<Bytes>(text))
    {}

    [[nodiscard]] std::string_view view() const
    {
        return m_bytes ? std::string_view(m_bytes->text.data(), m_bytes->text.size()) : std::string_view();
    }
    [[nodiscard]] bool empty() const { return view().empty(); }

private:
    struct Bytes
    {
        explicit Bytes(std::string_view bytes)
            : text(bytes.begin(), bytes.end())
        {}
        Bytes(const Bytes&) = delete;
        Bytes& operator=(const Bytes&) = delete;
        ~Bytes()
        {
            // volatile: a compiler may drop writes to memory that is about to go.
            for (volatile char& byte : text)
                byte = 0;
        }
        std::vector<char> text;
    };
    std::shared_ptr<const Bytes> m_bytes;
};

struct NewKey
{
    SecretText key;
    bool journalled = false;
};

class KeyService
{
public:
    virtual ~KeyService() = default;
    /// The subscriptions, and who used each in the last day.
    [[nodiscard]] virtual QFuture<Result<KeyReport>> report(std::stop_token stop) = 0;
    /// Draws one key anew; the old one ends at once. Sent once: a reply that was lost is resolved by
    /// comparing the keys before and after. An error says whether the old key still holds, or that this is
    /// not known. Only what comes before the write can be stopped.
    [[nodiscard]] virtual QFuture<Result<NewKey>> regenerate(std::string subscription, KeySlot slot,
                                                             std::stop_token stop) = 0;
};

} // namespace gatehouse::jobs
