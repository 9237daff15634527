// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/apimquotas.h"

#include "core/http/deferred.h"

#include <algorithm>

namespace gatehouse::jobs {

namespace {

constexpr const char* FragmentId = "gatehouse-quotas";

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

Json propertiesOf(const std::string& xml, const std::string& description)
{
    Json properties = {{"format", "xml"}, {"value", xml}};
    if (!description.empty())
        properties["description"] = description;
    return properties;
}

} // namespace

ApimQuotas::ApimQuotas(azure::ApimClient& apim, std::string serviceId, ChangeService& changes,
                       const Clock& clock, QObject* parent)
    : QObject(parent)
    , m_apim(apim)
    , m_serviceId(std::move(serviceId))
    , m_changes(changes)
    , m_clock(clock)
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
    http::Deferred<void> done;
    m_apim.fragment(m_serviceId, FragmentId, stop)
        .then(this, [this, service = std::move(service), edit = std::move(edit), stop,
                     done](const Result<azure::PolicyFragment>& fragment) {
            const auto review =
                fragment ? reviewOf(*fragment, service, edit) : Result<Review>(fail(fragment.error()));
            if (!review)
                return done.settle(fail(review.error()));
            if (review->changes.empty())
                return done.settle({}); // it is so already
            m_changes.apply(*review, stop).then(this, [done](const Result<JournalEntry>& entry) {
                done.settle(entry ? Status() : fail(entry.error()));
            });
        });
    return done.future();
}

/// What was just read needs no other review: the draft is made of it.
Result<Review> ApimQuotas::reviewOf(const azure::PolicyFragment& fragment, const std::string& service,
                                    const Edit& edit) const
{
    const auto document = documentOf(fragment);
    if (!document)
        return fail(document.error());
    const auto row = rowOf(gateway::readQuotaSheet(*document), service);
    const auto wanted = edit(row);
    Review review;
    review.readAt = m_clock.now();
    if (wanted == row)
        return review;
    const auto edited = wanted ? gateway::setServiceQuota(*document, *wanted)
                               : gateway::removeServiceQuota(*document, service);
    if (!edited)
        return fail(edited.error());
    Change change;
    change.resourceId = m_serviceId + "/policyFragments/" + FragmentId;
    change.title = "Limits of " + (service.empty() ? "everybody else" : service);
    change.base = propertiesOf(fragment.xml, fragment.description);
    change.wanted = propertiesOf(edited->text(), fragment.description);
    review.set.title = change.title;
    review.set.ticket = wanted ? wanted->ticket : std::string();
    review.set.changes = {change};
    review.changes = {{change, change.base, change.wanted, fragment.version.text(), false, {}}};
    return review;
}

} // namespace gatehouse::jobs
