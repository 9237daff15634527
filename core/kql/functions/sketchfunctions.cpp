// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/sketches.h"
#include "core/kql/values.h"

#include <array>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

template <typename Sketch>
std::optional<Sketch> readSketch(Evaluation& evaluation, const Datum& value)
{
    const auto json = value.null ? std::nullopt : evaluation.json().read(value.text);
    return json ? Sketch::read(*json) : std::nullopt;
}

/// Values that are no sketches are left out.
template <typename Sketch>
void mergeSketches(Evaluation& evaluation, Args args, Column& out)
{
    std::optional<Sketch> merged;
    for (const Datum& arg : args) {
        auto sketch = readSketch<Sketch>(evaluation, arg);
        if (!sketch)
            continue;
        if (merged)
            merged->merge(*sketch);
        else
            merged = std::move(sketch);
    }
    if (merged)
        out.appendText(merged->json());
    else
        out.appendNull();
}

void distinctCount(Evaluation& evaluation, Args args, Column& out)
{
    if (const auto sketch = readSketch<DistinctSketch>(evaluation, args[0]))
        out.appendInteger(sketch->estimate());
    else
        out.appendNull();
}

void percentile(Evaluation& evaluation, Args args, Column& out)
{
    auto digest = readSketch<DigestSketch>(evaluation, args[0]);
    if (!digest || digest->total() == 0 || args[1].null) {
        out.appendNull();
        return;
    }
    std::string json;
    digest->appendValue(json, digest->percentile(args[1].real));
    out.appendText(json);
}

void appendPercentiles(DigestSketch& digest, const std::vector<double>& percents, Column& out)
{
    std::string json = "[";
    for (const double percent : percents) {
        json += json.size() > 1 ? "," : "";
        if (digest.total() == 0)
            json += "null";
        else
            digest.appendValue(json, digest.percentile(percent));
    }
    out.appendText(json + ']');
}

void percentiles(Evaluation& evaluation, Args args, Column& out)
{
    auto digest = readSketch<DigestSketch>(evaluation, args[0]);
    if (!digest) {
        out.appendNull();
        return;
    }
    std::vector<double> percents;
    for (const Datum& percent : args.subspan(1))
        percents.push_back(percent.null ? 0 : percent.real);
    appendPercentiles(*digest, percents, out);
}
void percentilesOfArray(Evaluation& evaluation, Args args, Column& out)
{
    auto digest = readSketch<DigestSketch>(evaluation, args[0]);
    const auto array = args[1].null ? std::nullopt : evaluation.json().read(args[1].text);
    if (!digest || !array || !array->is_array()) {
        out.appendNull();
        return;
    }
    std::vector<double> percents;
    for (const auto item : simdjson::dom::array(*array)) {
        double percent = 0;
        if (item.get(percent) == simdjson::SUCCESS)
            percents.push_back(percent);
    }
    appendPercentiles(*digest, percents, out);
}

/// rank_tdigest(digest, value), or as a percentage of all.
template <bool Percent>
void rank(Evaluation& evaluation, Args args, Column& out)
{
    auto digest = readSketch<DigestSketch>(evaluation, args[0]);
    if (!digest || digest->total() == 0 || args[1].null) {
        out.appendNull();
        return;
    }
    const double found = digest->rank(args[1].real);
    out.appendReal(Percent ? found / digest->total() * 100 : found);
}

constexpr unsigned Prefixed = FunctionSpec::PrefixesName;

const std::array SketchFunctions = {
    FunctionSpec{"hll_merge", "j+", 'j', mergeSketches<DistinctSketch>},
    FunctionSpec{"dcount_hll", "j", 'l', distinctCount, nullptr, Prefixed},
    FunctionSpec{"tdigest_merge", "j+", 'j', mergeSketches<DigestSketch>},
    FunctionSpec{"merge_tdigest", "j+", 'j', mergeSketches<DigestSketch>},
    FunctionSpec{"percentile_tdigest", "jr", 'j', percentile, nullptr, Prefixed},
    FunctionSpec{"percentiles_array_tdigest", "jj", 'j', percentilesOfArray, nullptr, Prefixed},
    FunctionSpec{"percentiles_array_tdigest", "jr+", 'j', percentiles, nullptr, Prefixed},
    FunctionSpec{"percentile_array_tdigest", "jj", 'j', percentilesOfArray, nullptr, Prefixed},
    FunctionSpec{"percentile_array_tdigest", "jr+", 'j', percentiles, nullptr, Prefixed},
    FunctionSpec{"rank_tdigest", "jr", 'r', rank<false>, nullptr, Prefixed},
    FunctionSpec{"percentrank_tdigest", "jr", 'r', rank<true>, nullptr, Prefixed},
};

} // namespace

std::span<const FunctionSpec> sketchFunctions()
{
    return SketchFunctions;
}

} // namespace gatehouse::kql
