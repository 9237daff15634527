// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/policy/quotasheet.h"
#include "core/jobs/changes/changeengine.h"
#include "core/jobs/changes/journalstore.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/manualscheduler.h"
#include "tests/support/memoryjournal.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::test {

inline const std::string ApimService =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/a";

/// What the service does with the next write of a writer besides what it was asked.
enum class Trouble {
    None,
    Stale,         ///< 412, nothing written
    Busy,          ///< 409, nothing written
    LostReply,     ///< written, and the connection is cut
    LostRequest,   ///< the connection is cut before
    ErrorAfter,    ///< written, and 500
    ErrorBefore,   ///< 500, nothing written
    Accepted,      ///< 202, written
    AcceptedFails, ///< 202, and the operation fails: nothing written
    AcceptedLost   ///< 202, written, and the reply to the question how far it is is lost
};

/// Azure Resource Manager with the rules of contracts §4.1 and §9: each write must carry If-Match, or
/// If-None-Match where nothing is there, and never "If-Match: *"; what breaks that is refused and counted.
class FakeArm
{
public:
    struct Commit
    {
        std::string id;
        int writer = 0;
        std::optional<Json> before;
        std::optional<Json> after;
    };

    void put(const std::string& id, const Json& properties) { m_resources[id] = {properties, ++m_version}; }
    void erase(const std::string& id) { m_resources.erase(id); }
    [[nodiscard]] std::optional<Json> get(const std::string& id) const
    {
        const auto found = m_resources.find(id);
        return found == m_resources.end() ? std::nullopt : std::optional(found->second.properties);
    }

    [[nodiscard]] FakeHttp::Answer answer(const http::HttpRequest& request, int writer,
                                          Trouble trouble = Trouble::None)
    {
        const std::string url = request.url.substr(std::string("https://arm.example").size());
        const std::string id = url.substr(0, url.find('?'));
        if (id.starts_with("/operations/"))
            return operation(id);
        if (request.method == "GET")
            return read(id);
        return write(request, id, writer, trouble);
    }

    std::vector<Commit> commits;
    int writes = 0;
    int lawless = 0; ///< writes without a version, or over any

private:
    struct Stored
    {
        Json properties;
        int version = 0;
    };

    [[nodiscard]] static std::string etagOf(int version) { return "\"v" + std::to_string(version) + "\""; }
    [[nodiscard]] static FakeHttp::Answer error(int status, const char* code)
    {
        return response(status, dumpJson({{"error", {{"code", code}, {"message", code}}}}));
    }

    [[nodiscard]] FakeHttp::Answer read(const std::string& id) const
    {
        const auto found = m_resources.find(id);
        if (found == m_resources.end())
            return error(404, "ResourceNotFound");
        http::Headers headers;
        headers.set("ETag", etagOf(found->second.version));
        Json properties = found->second.properties;
        properties.erase("format"); // as the service answers
        return response(200, dumpJson({{"id", id}, {"properties", properties}}), headers);
    }

    [[nodiscard]] FakeHttp::Answer operation(const std::string& id)
    {
        const Trouble trouble = std::exchange(m_operations[id], Trouble::Accepted);
        if (trouble == Trouble::AcceptedLost)
            return networkFailure();
        if (trouble == Trouble::AcceptedFails) {
            m_operations[id] = trouble;
            return response(200, R"({"status":"Failed","error":{"code":"InternalError","message":"no"}})");
        }
        return response(200, R"({"status":"Succeeded"})");
    }

    /// The status with which the write is refused; 0: it may be done.
    [[nodiscard]] int refusal(const http::HttpRequest& request, const std::string& id)
    {
        const auto match = request.headers.first("If-Match");
        const auto noneMatch = request.headers.first("If-None-Match");
        const auto found = m_resources.find(id);
        if ((!match && noneMatch.value_or("") != "*") || match.value_or("") == "*" || (match && noneMatch)) {
            ++lawless;
            return 428;
        }
        if (noneMatch)
            return found == m_resources.end() ? 0 : 412;
        if (found == m_resources.end())
            return request.method == "DELETE" ? 404 : 412;
        return *match == etagOf(found->second.version) ? 0 : 412;
    }

    void commit(const http::HttpRequest& request, const std::string& id, int writer)
    {
        Commit done{id, writer, get(id), std::nullopt};
        if (request.method == "DELETE") {
            m_resources.erase(id);
        } else {
            done.after = memberAt(*parseJson(request.body), "properties");
            put(id, *done.after);
        }
        commits.push_back(std::move(done));
    }

    [[nodiscard]] FakeHttp::Answer write(const http::HttpRequest& request, const std::string& id, int writer,
                                         Trouble trouble)
    {
        ++writes;
        if (trouble == Trouble::Busy)
            return error(409, "AnotherOperationInProgress");
        if (trouble == Trouble::LostRequest)
            return networkFailure();
        if (trouble == Trouble::ErrorBefore)
            return error(500, "InternalServerError");
        const int refused = refusal(request, id);
        if (refused != 0)
            return error(refused, "PreconditionFailed");
        if (trouble == Trouble::Stale)
            return error(412, "PreconditionFailed");
        if (trouble != Trouble::AcceptedFails)
            commit(request, id, writer);
        http::Headers headers;
        switch (trouble) {
        case Trouble::LostReply:
            return networkFailure();
        case Trouble::ErrorAfter:
            return error(500, "InternalServerError");
        case Trouble::Accepted:
        case Trouble::AcceptedFails:
        case Trouble::AcceptedLost: {
            const std::string operation = "/operations/" + std::to_string(writes);
            m_operations[operation] = trouble;
            headers.set("Azure-AsyncOperation", "https://arm.example" + operation);
            return response(202, {}, headers);
        }
        default:
            break;
        }
        if (request.method == "DELETE")
            return response(204);
        headers.set("ETag", etagOf(m_resources[id].version));
        return response(request.headers.first("If-None-Match") ? 201 : 200, "{}", headers);
    }

    std::map<std::string, Stored> m_resources;
    std::map<std::string, Trouble> m_operations;
    int m_version = 0;
};

/// One admin's console: a change engine with a journal of its own.
struct FakeConsole
{
    explicit FakeConsole(FakeHttp::Handler handler = {},
                         std::shared_ptr<JournalDisk> on = std::make_shared<JournalDisk>())
        : disk(std::move(on))
        , http(std::move(handler))
        , scheduler(clock)
        , authorized(http, tokens, clock)
        , arm(authorized, "https://arm.example", "arm")
        , journal(std::make_unique<journal::Journal>(std::make_unique<MemoryStorage>(disk), clock),
                  jobs::JournalStore::Where::Here)
        , engine(arm, journal, clock, scheduler, [] {
            return jobs::ChangeEngine::Who{"11111111-2222-3333-4444-555555555555", "Anna Ek"};
        })
    {}

    /// The value of a future of this console; its time passes until it is there.
    template <typename T>
    Result<T> wait(QFuture<Result<T>> future)
    {
        while (!future.isFinished() && scheduler.advanceToNext()) {
        }
        if (!future.isFinished())
            return fail(Error::Kind::Internal, "the future did not finish");
        return future.result();
    }

    Result<jobs::JournalEntry> apply(jobs::ChangeSet set)
    {
        const auto review = wait(engine.review(std::move(set), {}));
        if (!review)
            return fail(review.error());
        return wait(engine.apply(*review, {}));
    }

    std::shared_ptr<JournalDisk> disk;
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    ManualScheduler scheduler;
    azure::AuthorizedClient authorized;
    azure::ArmClient arm;
    jobs::JournalStore journal;
    jobs::ChangeEngine engine;
};

} // namespace gatehouse::test
