// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace gatehouse {

/// Where in a text something is wrong. Lines and columns count from 1, offset and length are bytes.
struct TextPosition
{
    std::size_t offset = 0;
    std::size_t length = 0;
    int line = 1;
    int column = 1;
};

/// What went wrong, as a value. No exception crosses a library; every fallible function answers Result<T>.
///
/// message is one plain sentence for a person; advice says what to do next. Neither ever holds a secret,
/// a token or a whole URL. The ids are what a support engineer asks for and are shown under "Copy details".
struct Error
{
    enum class Kind {
        Network,        ///< no answer: name, connection, TLS, proxy
        Timeout,        ///< our own deadline passed
        Http,           ///< the service answered with a status that nothing below explains better
        Parse,          ///< the bytes are not what their type promises
        Protocol,       ///< well-formed, but not what the contract says
        SignInRequired, ///< a person has to sign in (again); claims may say with what
        Denied,         ///< signed in, but not allowed; message names the permission where it is known
        NotFound,
        Conflict,     ///< somebody else changed it (412, 409); nothing was written
        Throttled,    ///< the service asked us to wait: retryAfter
        InvalidInput, ///< refused at the door: the caller's text or number is wrong; position may say where
        Storage,      ///< a file, the disk or the keychain
        Unavailable,  ///< the service says that it cannot now (503, circuit open)
        Internal,     ///< our own mistake
        Cancelled     ///< an outcome, not a failure: who waits returns silently
    };

    Kind kind = Kind::Internal;
    std::string message;
    std::string advice;
    std::string
        serviceCode; ///< the deepest code that the service gave: SEM0100, AADSTS53003, AuthorizationFailed
    std::string requestId;
    std::string correlationId;
    std::string claims; ///< claims challenge (decoded JSON) when kind is SignInRequired
    int httpStatus = 0;
    std::optional<std::chrono::milliseconds> retryAfter;
    std::optional<TextPosition> position;

    [[nodiscard]] bool cancelled() const { return kind == Kind::Cancelled; }
    /// Everything but claims, one line each, for the clipboard.
    [[nodiscard]] std::string details() const;
};

/// The kind as a word of the log and of --format json: "network", "sign_in_required", …
[[nodiscard]] std::string toString(Error::Kind kind);

} // namespace gatehouse
