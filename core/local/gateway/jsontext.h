// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::local {

/// Appends text as a JSON string with its quotes. The text is UTF-8 (header values are checked by the
/// caller).
void appendJsonText(std::string& json, std::string_view text);

/// Appends "name":"text" to an object that was opened with '{', with a comma where one is needed.
void appendMember(std::string& json, std::string_view name, std::string_view text);

/// {"error":{"code","message","param","type"}}, the form of OpenAI and Azure OpenAI. param "" is null.
[[nodiscard]] std::string errorJson(std::string_view code, std::string_view message, std::string_view type,
                                    std::string_view param = {});

} // namespace gatehouse::local
