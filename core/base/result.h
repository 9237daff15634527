// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace gatehouse {

/// A value or an Error. tl::expected, since clang 14 cannot see libstdc++ 12's own std::expected.
template <typename T>
using Result = tl::expected<T, Error>;

/// Done, or an Error.
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

/// fail(Error::Kind::Storage, "The file cannot be read.", "Check its permissions.")
[[nodiscard]] inline tl::unexpected<Error> fail(Error::Kind kind, std::string message,
                                                std::string advice = {})
{
    Error error;
    error.kind = kind;
    error.message = std::move(message);
    error.advice = std::move(advice);
    return fail(std::move(error));
}

} // namespace gatehouse
