// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/usage/prices/azuremeter.h"
#include "core/usage/prices/names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

namespace gatehouse::cost {

namespace {

constexpr std::size_t MaxDocumentBytes = 64U << 20U;
constexpr std::array<std::string_view, 3> Services = {"Foundry Models", "Cognitive Services", "Azure OpenAI"};

tl::unexpected<Error> noList(const std::string& what)
{
    return fail(Error::Kind::InvalidInput, "This is no answer of the Azure Retail Prices API: " + what + ".",
                "Nothing was imported.");
}

/// An item whose fields have the form that they must have.
struct Item
{
    std::string meterId;
    std::string meterName;
    std::string productName;
    std::string serviceName;
    std::string type;
    std::string unit;
    std::string region;
    Currency currency;
    Day since;
    Pico amount = 0;
    bool graduated = false;

    [[nodiscard]] std::string label() const
    {
        return region.empty() ? meterName : meterName + " (" + region + ")";
    }
};

/// A price of JSON is a binary fraction; its shortest decimal is what the list says. What lies beyond a
/// millionth of a millionth is noise unless nothing else is there.
Result<Pico> amountOf(double value)
{
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    if (const Result<Pico> exact = parseAmount({text.data(), static_cast<std::size_t>(end - text.data())}))
        return exact;
    const double pico = value * static_cast<double>(PicoPerUnit);
    if (!std::isfinite(pico) || pico > 1e18 || pico < 1'000)
        return noList("a price is too large or too small");
    return static_cast<Pico>(std::llround(pico));
}

Result<Item> readItem(const Json& json, std::size_t index)
{
    const auto wrong = [&](const std::string& what) {
        return noList("item " + std::to_string(index + 1) + " has " + what);
    };
    if (!json.is_object())
        return noList("item " + std::to_string(index + 1) + " is no object");
    for (const char* name : {"meterName", "productName", "type", "unitOfMeasure", "currencyCode",
                             "effectiveStartDate", "armRegionName"}) {
        if (!memberAt(json, name).is_string())
            return wrong("no text “" + std::string(name) + "”");
    }
    Item item{toValidUtf8(textAt(json, "meterId")),
              toValidUtf8(textAt(json, "meterName")),
              toValidUtf8(textAt(json, "productName")),
              textAt(json, "serviceName"),
              textAt(json, "type"),
              toValidUtf8(textAt(json, "unitOfMeasure")),
              regionName(toValidUtf8(textAt(json, "armRegionName"))),
              {},
              {},
              0,
              false};
    const Result<Currency> currency = Currency::parse(textAt(json, "currencyCode"));
    const std::optional<DateTime> since = parseDateTime(textAt(json, "effectiveStartDate"));
    const Json& price = memberAt(json, "retailPrice");
    if (!currency || !since)
        return wrong(!currency ? "no currency" : "no date from which it holds");
    if (!price.is_number() || price.get<double>() < 0)
        return wrong(price.is_number() ? "a negative price" : "no price");
    const Result<Pico> amount = amountOf(price.get<double>());
    if (!amount)
        return fail(amount.error());
    item.currency = *currency;
    item.since = utcDay(*since);
    item.amount = *amount;
    const Json& tier = memberAt(json, "tierMinimumUnits");
    item.graduated = tier.is_number() && tier.get<double>() > 0;
    return item;
}

/// Why the item is no price of ours, from what lies beside the meter's name; "" when it may be one.
std::string whyNot(const Item& item)
{
    if (!item.serviceName.empty() &&
        std::find(Services.begin(), Services.end(), item.serviceName) == Services.end())
        return "it is no price of a model";
    if (item.type != "Consumption")
        return "its type is not Consumption";
    if (!unitFrom(item.unit))
        return "its unit is “" + item.unit + "”, not tokens";
    if (item.graduated)
        return "it holds above a number of units only";
    return item.amount == 0 ? "a price of 0 says that it is not known" : "";
}

struct Candidate
{
    Price price;
    std::string label;
    bool named = false; ///< the meter says its deployment type
};
using Candidates = std::map<std::pair<PriceKey, Day>, std::vector<Candidate>>;

bool samePrice(const Price& a, const Price& b)
{
    return a.amount == b.amount && a.unit == b.unit && a.currency == b.currency;
}

/// The one price of a key and day; meters that disagree are all left out.
void settle(std::vector<Candidate> candidates, PriceImport& import)
{
    const bool anyNamed =
        std::any_of(candidates.begin(), candidates.end(), [](const Candidate& one) { return one.named; });
    if (anyNamed)
        std::erase_if(candidates, [](const Candidate& one) { return !one.named; });
    const bool agree = std::all_of(candidates.begin(), candidates.end(), [&](const Candidate& one) {
        return samePrice(one.price, candidates.front().price);
    });
    if (agree) {
        import.prices.push_back(candidates.front().price);
        return;
    }
    for (const Candidate& one : candidates)
        import.notTaken.push_back(
            {one.label, "another meter gives the same tokens another price for the same day"});
}

/// One meter with two prices for one day is a broken list, not two meters that disagree.
Status checkMeters(const std::vector<Item>& items)
{
    std::map<std::tuple<std::string, std::string, Day, std::string, bool>, Pico> seen;
    for (const Item& item : items) {
        if (item.meterId.empty())
            continue;
        const auto [first, isNew] = seen.emplace(
            std::tuple(item.meterId, item.region, item.since, item.type, item.graduated), item.amount);
        if (!isNew && first->second != item.amount)
            return noList("the meter “" + item.meterName + "” has two prices for " + dayText(item.since));
    }
    return {};
}

void sortOut(const std::vector<Item>& items, Deployment deployment, PriceImport& import)
{
    Candidates candidates;
    for (const Item& item : items) {
        std::string why = whyNot(item);
        const MeterName meter = readMeter(item.meterName, item.productName);
        if (why.empty())
            why = meter.why;
        if (why.empty() && meter.deployment && *meter.deployment != deployment)
            why = "it is for another deployment type";
        if (!why.empty()) {
            import.notTaken.push_back({item.label(), why});
            continue;
        }
        const PriceKey key{meter.model, item.region, *meter.direction};
        candidates[{key, item.since}].push_back(
            {{key, item.since, item.amount, *unitFrom(item.unit), item.currency},
             item.label(),
             meter.deployment.has_value()});
    }
    for (auto& [key, list] : candidates)
        settle(std::move(list), import);
}

} // namespace

Result<PriceImport> pricesFromAzure(std::string_view json, Deployment deployment)
{
    const Result<Json> document = parseJson(json, MaxDocumentBytes);
    if (!document)
        return fail(document.error());
    const Json& list = document->is_object() ? memberAt(*document, "Items") : *document;
    if (!document->is_object() || !list.is_array())
        return noList("it has no list “Items”");
    std::vector<Item> items;
    for (std::size_t i = 0; i < list.size(); ++i) {
        Result<Item> item = readItem(list[i], i);
        if (!item)
            return fail(item.error());
        items.push_back(std::move(*item));
    }
    if (const Status meters = checkMeters(items); !meters)
        return fail(meters.error());
    PriceImport import;
    import.more = !textAt(*document, "NextPageLink").empty();
    sortOut(items, deployment, import);
    return import;
}

} // namespace gatehouse::cost
