// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/prices/pricebook.h"

/// Prices in short words.
namespace gatehouse::test {

inline cost::Day day(const char* text)
{
    return *cost::parseDay(text);
}

inline cost::Currency dollars()
{
    return *cost::Currency::parse("USD");
}

/// A price of a million tokens sent.
inline cost::Price priced(const char* model, const char* amount, const char* since)
{
    return {{model, "", cost::Direction::Input},
            day(since),
            *cost::parseAmount(amount),
            cost::Unit::Million,
            dollars()};
}

} // namespace gatehouse::test
