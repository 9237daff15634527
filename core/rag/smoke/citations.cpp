// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/smoke/citations.h"

#include "core/base/encoding.h"
#include "core/rag/smoke/quote.h"

#include <algorithm>

namespace gatehouse::rag::smoke {

namespace {

constexpr std::size_t DocumentCharacters = 80;
constexpr std::size_t MaxListed = 5;

/// A suite may name a document as it lists it, with folders.
std::string_view fileName(std::string_view path)
{
    return path.substr(path.find_last_of('/') + 1); // npos + 1 is 0
}

bool names(const std::string& wanted, const CitedPlace& place)
{
    return equalsIgnoreCase(fileName(wanted), fileName(place.document));
}

std::string listed(const std::vector<CitedPlace>& places)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(places.size(), MaxListed); ++i)
        text += (i == 0 ? "" : ", ") + toText(places[i]);
    if (places.size() > MaxListed)
        text += " and " + std::to_string(places.size() - MaxListed) + " more";
    return text;
}

/// What can be said without looking for a certain place; empty when the places are to be looked at.
std::optional<Finding> withoutPlaces(const Observation& seen, const std::vector<CitedPlace>& places)
{
    if (!places.empty())
        return std::nullopt;
    if (seen.facts.grounded == false)
        return Finding{Verdict::Fails, "It cites nothing: it says that the documents do not say."};
    if (!seen.grounding)
        return Finding{Verdict::Unknown, "The backend does not say which passages it used."};
    if (!seen.facts.citations.empty())
        return Finding{Verdict::Fails, "What it cites is among no retrieved passages."};
    return Finding{Verdict::Fails, "It cites nothing."};
}

} // namespace

std::vector<CitedPlace> citedPlaces(const Observation& seen)
{
    std::vector<CitedPlace> places;
    if (!seen.grounding)
        return places;
    for (const Citation& citation : seen.facts.citations) {
        const auto passage = std::find_if(seen.grounding->passages.begin(), seen.grounding->passages.end(),
                                          [&](const Passage& one) { return one.id == citation.passageId; });
        if (passage == seen.grounding->passages.end())
            continue;
        CitedPlace place{passage->documentName, passage->page};
        for (const SuiteDocument& document : seen.documents) {
            // The same bytes may have been uploaded before, under another name.
            if (!document.id.empty() && document.id == passage->documentId)
                place.document = document.name;
        }
        if (std::find(places.begin(), places.end(), place) == places.end())
            places.push_back(std::move(place));
    }
    return places;
}

std::string toText(const CitedPlace& place)
{
    const std::string name =
        place.document.empty() ? "a document" : oneLine(place.document, DocumentCharacters);
    return place.page ? name + " page " + std::to_string(*place.page) : name;
}

Finding checkCitesPage(const Assertion& assertion, const Observation& seen)
{
    const std::vector<CitedPlace> places = citedPlaces(seen);
    if (const auto finding = withoutPlaces(seen, places))
        return *finding;
    bool pageUnknown = false;
    for (const CitedPlace& place : places) {
        if (!assertion.document.empty() && !names(assertion.document, place))
            continue;
        if (place.page == assertion.page)
            return {Verdict::Holds, "It cites " + toText(place) + "."};
        pageUnknown = pageUnknown || !place.page;
    }
    const std::string wanted =
        (assertion.document.empty() ? "" : oneLine(assertion.document, DocumentCharacters) + " ") + "page " +
        std::to_string(assertion.page);
    if (pageUnknown)
        return {Verdict::Unknown, "It cites " + listed(places) + ", of which the pages are not all known; " +
                                      wanted + " was wanted."};
    return {Verdict::Fails, "It cites " + listed(places) + ", not " + wanted + "."};
}

Finding checkCitesDocument(const Assertion& assertion, const Observation& seen)
{
    const std::vector<CitedPlace> places = citedPlaces(seen);
    if (const auto finding = withoutPlaces(seen, places))
        return *finding;
    for (const CitedPlace& place : places) {
        if (names(assertion.text, place))
            return {Verdict::Holds, "It cites " + toText(place) + "."};
    }
    return {Verdict::Fails,
            "It cites " + listed(places) + ", not " + oneLine(assertion.text, DocumentCharacters) + "."};
}

} // namespace gatehouse::rag::smoke
