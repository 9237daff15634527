// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QtGlobal>

#include <random>

namespace gatehouse::test {

/// The seed of a random test: SEED= of the environment, else a new one. Printed, so that a failure can be
/// repeated.
inline std::uint64_t seed()
{
    bool given = false;
    const qulonglong wanted = qEnvironmentVariable("SEED").toULongLong(&given);
    const std::uint64_t value = given ? wanted : std::random_device{}();
    qInfo("SEED=%llu", static_cast<unsigned long long>(value));
    return value;
}

} // namespace gatehouse::test
