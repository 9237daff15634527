// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/auth/credentialstore.h"

#include "core/base/encoding.h"
#include "core/http/deferred.h"

#include <qt6keychain/keychain.h>

#include <memory>

namespace gatehouse::auth {

namespace {

constexpr std::chrono::seconds KeychainPatience{10};
/// In front of every value, so that an entry that somebody else wrote is told from ours.
constexpr std::string_view Mark = "gatehouse-1:";

tl::unexpected<Error> keychainError(QKeychain::Error code)
{
    switch (code) {
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return fail(Error::Kind::Storage, "The keychain did not allow the access.",
                    "Unlock the keychain and allow Gatehouse to use it.");
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return fail(Error::Kind::Storage, "There is no keychain on this computer.",
                    "Install a keychain service (GNOME Keyring, KWallet) to stay signed in.");
    case QKeychain::EntryNotFound:
        return fail(Error::Kind::NotFound, "The keychain has no such entry, or it is locked.",
                    "Unlock the keychain, or sign in.");
    default:
        return fail(Error::Kind::Storage, "The keychain cannot be used.",
                    "Check that a keychain service runs and is unlocked.");
    }
}

tl::unexpected<Error> noAnswer()
{
    return fail(Error::Kind::Storage, "The keychain does not answer.",
                "Answer its prompt, or restart the keychain service.");
}

/// Starts a job that belongs to nobody (it deletes itself when it has finished) and settles with what
/// resultOf makes of it, or with "no answer" once patience ends.
template <typename T, typename Job>
QFuture<Result<T>> run(http::Scheduler& scheduler, Job* job, const std::string& key,
                       Result<T> (*resultOf)(Job&))
{
    http::Deferred<T> deferred;
    auto patience = std::make_shared<http::Scheduler::Wait>();
    *patience = scheduler.callAfter(KeychainPatience, [deferred] { deferred.settle(noAnswer()); });
    job->setInsecureFallback(false);
    job->setKey(QString::fromStdString(key));
    QObject::connect(job, &QKeychain::Job::finished, job, [deferred, patience, resultOf, job] {
        patience->cancel();
        deferred.settle(resultOf(*job));
    });
    job->start();
    return deferred.future();
}

Result<std::optional<std::string>> readResult(QKeychain::ReadPasswordJob& job)
{
    if (job.error() == QKeychain::EntryNotFound)
        return std::optional<std::string>();
    if (job.error() != QKeychain::NoError)
        return keychainError(job.error());
    const std::string text = job.textData().toStdString();
    const auto secret =
        text.starts_with(Mark) ? fromBase64(std::string_view(text).substr(Mark.size())) : std::nullopt;
    if (!secret) {
        return fail(Error::Kind::Storage, "The keychain's entry was not written by Gatehouse.",
                    "Sign in again to replace it.");
    }
    return secret;
}

Status writeResult(QKeychain::WritePasswordJob& job)
{
    if (job.error() != QKeychain::NoError)
        return keychainError(job.error());
    return {};
}

Status removeResult(QKeychain::DeletePasswordJob& job)
{
    if (job.error() != QKeychain::NoError && job.error() != QKeychain::EntryNotFound)
        return keychainError(job.error());
    return {};
}

} // namespace

KeychainStore::KeychainStore(http::Scheduler& scheduler, std::string service)
    : m_scheduler(scheduler)
    , m_service(std::move(service))
{}

QFuture<Result<std::optional<std::string>>> KeychainStore::read(const std::string& key)
{
    return run<std::optional<std::string>>(
        m_scheduler, new QKeychain::ReadPasswordJob(QString::fromStdString(m_service)), key, &readResult);
}

QFuture<Status> KeychainStore::write(const std::string& key, const std::string& secret)
{
    auto* job = new QKeychain::WritePasswordJob(QString::fromStdString(m_service));
    job->setTextData(QString::fromStdString(std::string(Mark) + toBase64Url(secret)));
    return run<void>(m_scheduler, job, key, &writeResult);
}

QFuture<Status> KeychainStore::remove(const std::string& key)
{
    return run<void>(m_scheduler, new QKeychain::DeletePasswordJob(QString::fromStdString(m_service)), key,
                     &removeResult);
}

} // namespace gatehouse::auth
