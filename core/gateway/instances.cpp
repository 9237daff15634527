// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/instances.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

int rank(CircuitState state)
{
    return state == CircuitState::Open ? 2 : state == CircuitState::HalfOpen ? 1 : 0;
}

bool known(const InstanceCircuit& instance)
{
    return instance.circuit.source != StateSource::Unknown;
}

/// The span of a timeline that holds at this moment; null in a gap.
const CircuitSpan* spanAt(const std::vector<CircuitSpan>& timeline, DateTime moment)
{
    for (const CircuitSpan& span : timeline) {
        if (span.start <= moment && moment < span.end)
            return &span;
    }
    return nullptr;
}

std::vector<CircuitSpan> worstOf(const std::vector<InstanceCircuit>& instances)
{
    std::vector<DateTime> edges;
    for (const InstanceCircuit& instance : instances) {
        for (const CircuitSpan& span : instance.timeline) {
            edges.push_back(span.start);
            edges.push_back(span.end);
        }
    }
    std::ranges::sort(edges);
    edges.erase(std::ranges::unique(edges).begin(), edges.end());
    std::vector<CircuitSpan> worst;
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        const CircuitSpan* found = nullptr;
        for (const InstanceCircuit& instance : instances) {
            const CircuitSpan* const span = spanAt(instance.timeline, edges[i]);
            if (span != nullptr && (found == nullptr || rank(span->state) > rank(found->state)))
                found = span;
        }
        if (found == nullptr)
            continue;
        if (!worst.empty() && worst.back().end == edges[i] && worst.back().state == found->state)
            worst.back().end = edges[i + 1];
        else
            worst.push_back({found->state, edges[i], edges[i + 1], found->reason});
    }
    return worst;
}

std::string whoIsWhat(const std::vector<InstanceCircuit>& instances)
{
    std::string text;
    for (const InstanceCircuit& instance : instances) {
        if (!known(instance))
            continue;
        text += text.empty() ? "" : ", ";
        text += toString(instance.circuit.state) + " in " +
                (instance.instance.empty() ? "an unnamed instance" : instance.instance);
    }
    return "Instances differ: " + text;
}

} // namespace

bool differ(const std::vector<InstanceCircuit>& instances)
{
    const auto first = std::ranges::find_if(instances, known);
    return std::any_of(first, instances.end(), [&](const InstanceCircuit& other) {
        return known(other) && other.circuit.state != first->circuit.state;
    });
}

InstanceCircuit combine(const std::vector<InstanceCircuit>& instances)
{
    if (instances.empty())
        return {};
    const auto worst = std::ranges::max_element(instances, {}, [](const InstanceCircuit& instance) {
        return known(instance) ? 1 + rank(instance.circuit.state) : 0;
    });
    InstanceCircuit whole = *worst;
    if (instances.size() == 1)
        return whole;
    whole.instance.clear();
    whole.timeline = worstOf(instances);
    if (differ(instances))
        whole.circuit.reason = whoIsWhat(instances);
    for (const InstanceCircuit& instance : instances)
        whole.circuit.lastThrough = std::max(whole.circuit.lastThrough, instance.circuit.lastThrough);
    return whole;
}

} // namespace gatehouse::gateway
