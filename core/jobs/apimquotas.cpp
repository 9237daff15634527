// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/apimquotas.h"

#include "core/http/deferred.h"

#include <algorithm>

namespace gatehouse::jobs {

namespace {

constexpr const char* FragmentId = "gatehouse-quotas";
/// How often others may come in between before the change gives up.
constexpr int MaxRounds = 5;

std::optional<gateway::ServiceQuota> rowOf(const gateway::QuotaSheet& sheet, const std::string& service)
{
    if (service.empty())
        return sheet.everybodyElse;
    const auto found = std::ranges::find(sheet.services, service,
                                         [](const gateway::ServiceQuota& row) { return row.service; });
    return found == sheet.services.end() ? std::nullopt : std::optional(*found);
}

Result<gateway::PolicyDocument> documentOf(const azure::PolicyFragment& fragment)
{
    return gateway::PolicyDocument::parse(fragment.xml, gateway::PolicyDocument::Root::Fragment);
}

/// The fragment may have been written although no answer came back.
bool mayBeWritten(const Error& error)
{
    return error.kind == Error::Kind::Network || error.kind == Error::Kind::Timeout ||
           error.kind == Error::Kind::Protocol || error.httpStatus >= 500;
}

} // namespace

/// One change on its way.
struct ApimQuotas::Change
{
    std::string service;
    Edit edit;
    std::stop_token stop;
    http::Deferred<void> done;

    std::optional<gateway::ServiceQuota> before; ///< the row as it was first read
    bool hasBefore = false;
    std::optional<gateway::ServiceQuota> wanted; ///< what the edit made of it; empty: the row goes
    std::string sent;                            ///< the text of the last write
    int rounds = 0;
};

ApimQuotas::ApimQuotas(azure::ApimClient& apim, std::string serviceId, QObject* parent)
    : QObject(parent)
    , m_apim(apim)
    , m_serviceId(std::move(serviceId))
{}

QFuture<Result<gateway::QuotaSheet>> ApimQuotas::sheet(std::stop_token stop)
{
    return m_apim.fragment(m_serviceId, FragmentId, std::move(stop))
        .then(this, [](const Result<azure::PolicyFragment>& fragment) -> Result<gateway::QuotaSheet> {
            if (!fragment)
                return fail(fragment.error());
            const auto document = documentOf(*fragment);
            if (!document)
                return fail(document.error());
            return gateway::readQuotaSheet(*document);
        });
}

QFuture<Status> ApimQuotas::change(std::string service, Edit edit, std::stop_token stop)
{
    const auto change = std::make_shared<Change>();
    change->service = std::move(service);
    change->edit = std::move(edit);
    change->stop = std::move(stop);
    QFuture<Status> future = change->done.future();
    read(change);
    return future;
}

void ApimQuotas::read(const ChangePtr& change)
{
    m_apim.fragment(m_serviceId, FragmentId, change->stop)
        .then(this, [this, change](const Result<azure::PolicyFragment>& fragment) {
            if (fragment)
                apply(change, *fragment);
            else
                change->done.settle(fail(fragment.error()));
        });
}

void ApimQuotas::apply(const ChangePtr& change, const azure::PolicyFragment& fragment)
{
    const auto document = documentOf(fragment);
    if (!document)
        return change->done.settle(fail(document.error()));
    const auto row = rowOf(gateway::readQuotaSheet(*document), change->service);
    if (!change->hasBefore) {
        change->before = row;
        change->hasBefore = true;
    } else if (row != change->before) {
        Error error;
        error.kind = Error::Kind::Conflict;
        error.message = "Somebody else changed the limits of this service at the same moment.";
        error.advice = "Nothing was written. Look at the limits as they are now, then decide again.";
        return change->done.settle(fail(std::move(error)));
    }
    change->wanted = change->edit(row);
    if (change->wanted == row)
        return change->done.settle({}); // it is so already
    const auto edited = change->wanted ? gateway::setServiceQuota(*document, *change->wanted)
                                       : gateway::removeServiceQuota(*document, change->service);
    if (!edited)
        return change->done.settle(fail(edited.error()));
    write(change, {edited->text(), fragment.description, fragment.version});
}

void ApimQuotas::write(const ChangePtr& change, const azure::PolicyFragment& fragment)
{
    change->sent = fragment.xml;
    m_apim.replaceFragment(m_serviceId, FragmentId, fragment, change->stop)
        .then(this, [this, change](const Status& written) { afterWrite(change, written); });
}

void ApimQuotas::afterWrite(const ChangePtr& change, const Status& written)
{
    if (written)
        return change->done.settle({});
    const Error& error = written.error();
    if (error.kind == Error::Kind::Conflict && ++change->rounds < MaxRounds)
        return read(change);
    if (mayBeWritten(error))
        return resolve(change, error);
    change->done.settle(fail(error));
}

void ApimQuotas::resolve(const ChangePtr& change, const Error& lost)
{
    m_apim.fragment(m_serviceId, FragmentId, change->stop)
        .then(this, [change, lost](const Result<azure::PolicyFragment>& now) {
            if (now && now->xml == change->sent)
                return change->done.settle({});
            Error error = lost;
            if (!now) {
                error.advice =
                    "Whether the limits were changed is not known. Look at them before you try again.";
                return change->done.settle(fail(std::move(error)));
            }
            const auto document = documentOf(*now);
            const auto row =
                document ? rowOf(gateway::readQuotaSheet(*document), change->service) : std::nullopt;
            if (document && row == change->wanted)
                return change->done.settle({}); // written, and somebody has changed another row since
            if (document && row == change->before)
                error.advice = "The limits were not changed. Try again.";
            else
                error.advice = "Somebody else has changed the limits of this service. Look at them first.";
            change->done.settle(fail(std::move(error)));
        });
}

} // namespace gatehouse::jobs
