// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/rag/values.h"

#include <QtCore/QFuture>
#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// Signals carry results. A meta type asks whether its values can be compared, and tl::expected claims that
/// it can be for whatever is in it.
template <typename T, typename E>
struct QTypeTraits::has_operator_equal<tl::expected<T, E>> : std::false_type
{};

namespace gatehouse::jobs {

/// One file on its way to the backend. Deleting it cancels. Main thread.
class Upload : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    /// finished follows with Cancelled within 200 ms.
    virtual void cancel() = 0;
Q_SIGNALS:
    /// Never sent > total. When both are equal the backend is indexing.
    void progress(qint64 sent, qint64 total);
    /// Once, last.
    void finished(const gatehouse::Result<gatehouse::rag::Document>& document);
};

/// One answer that streams in. Deleting it stops it. Main thread.
class Answer : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    /// Closes the connection; what was read but not given yet is dropped; finished follows with Cancelled.
    virtual void stop() = 0;
Q_SIGNALS:
    /// At most once, before the first delta; a backend may not say it at all.
    void grounded(const gatehouse::rag::Grounding& grounding);
    /// At most 20 a second: what came since the last one, whole characters.
    void delta(const QString& text);
    /// Once, last. error is set unless the answer is whole; what is known of it by then is in facts.
    void finished(const gatehouse::rag::AnswerFacts& facts, const std::optional<gatehouse::Error>& error);
};

/// The RAG backend of the profile (Ask, `gatehouse-cli ask` and `smoke`). Nothing is emitted before a call
/// returns.
class AskService
{
public:
    virtual ~AskService() = default;

    [[nodiscard]] virtual QFuture<Result<rag::Health>> health(std::stop_token stop) = 0;
    /// The file is read while it is sent and never held. What is no plain readable file, empty, or changes on
    /// the way is InvalidInput; so is what the backend refuses (its code in serviceCode: EncryptedDocument,
    /// …).
    [[nodiscard]] virtual std::unique_ptr<Upload> upload(const QString& path) = 0;
    [[nodiscard]] virtual std::unique_ptr<Answer> ask(const rag::Question& question) = 0;

    /// NotFound from these three with serviceCode "NotOffered": the backend has the owner's contract only.
    [[nodiscard]] virtual QFuture<Result<std::vector<rag::Document>>> documents(std::stop_token stop) = 0;
    [[nodiscard]] virtual QFuture<Result<std::vector<rag::Passage>>> passages(std::string documentId,
                                                                              std::stop_token stop) = 0;
    [[nodiscard]] virtual QFuture<Result<rag::Receipt>> forget(std::string documentId,
                                                               std::stop_token stop) = 0;
};

} // namespace gatehouse::jobs
