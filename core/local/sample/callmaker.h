// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/gateway/gatewayservice.h"
#include "core/local/sample/profiles.h"

#include <cstdint>
#include <string>

namespace gatehouse::local {

/// A call of the sample traffic with the texts that it points to.
struct SampleCall
{
    GatewayCall call;
    std::string body;
    bool unauthorized = false; ///< to be turned away at the door
};

/// Makes calls as the microservices would, deterministic in its seed. One thread.
class CallMaker
{
public:
    explicit CallMaker(std::uint64_t seed);

    /// A number in [0, 1).
    [[nodiscard]] double unit();
    /// Who calls now, by weight and by who is active at that time.
    [[nodiscard]] const ServiceProfile& pickService(DateTime moment);
    /// promptFactor makes the prompt longer, as a faulty release of a service would.
    void make(const ServiceProfile& service, double promptFactor, SampleCall& into);

private:
    void writeChat(const ServiceProfile& service, double promptFactor, std::string& body);
    void writeEmbeddings(const ServiceProfile& service, double promptFactor, std::string& body);
    void addWords(int count, std::string& text);
    [[nodiscard]] int wordsAround(int typical);

    std::uint64_t m_random;
};

} // namespace gatehouse::local
