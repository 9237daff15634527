// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <string_view>

/// What a developer needs to call the gateway from code. Every value is escaped for the language it is
/// written into, so that a name from elsewhere can never become code.
namespace gatehouse::rag {

/// Whom to call and as whom. "" where it is not known: a placeholder is written in its place.
struct ConnectTarget
{
    std::string endpoint; ///< the gateway's origin, without "/openai"
    std::string deployment;
    std::string service; ///< the calling microservice: its business tag, and the pod's name
    std::string scope;   ///< what the token is for
    std::string apiVersion = "2024-10-21";
    std::string kubernetesNamespace;
    std::string clientId; ///< of the managed identity
};

/// The scope of tokens for Azure OpenAI itself, where the gateway has none of its own.
inline constexpr std::string_view CognitiveScope = "https://cognitiveservices.azure.com/.default";

enum class Snippet { Python, Node, CSharp, Curl, Kubernetes };
inline constexpr std::array AllSnippets{Snippet::Python, Snippet::Node, Snippet::CSharp, Snippet::Curl,
                                        Snippet::Kubernetes};

[[nodiscard]] std::string snippetText(Snippet snippet, const ConnectTarget& target);

// text as a literal of the language, with its quotes. Controls, and what reorders or ends lines, are escapes;
// bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string pythonLiteral(std::string_view text);
[[nodiscard]] std::string scriptLiteral(std::string_view text); ///< JavaScript
[[nodiscard]] std::string csharpLiteral(std::string_view text);
[[nodiscard]] std::string yamlLiteral(std::string_view text);
/// One word of a POSIX shell. Control characters are left out: no shell has an escape for them everywhere.
[[nodiscard]] std::string shellWord(std::string_view text);
/// text as a value that a header can carry: printable ASCII, anything else as "?".
[[nodiscard]] std::string headerValue(std::string_view text);
/// text as a Kubernetes name (RFC 1123: a-z, 0-9 and "-", at most 63), or fallback when nothing of it is
/// left.
[[nodiscard]] std::string kubernetesName(std::string_view text, std::string_view fallback);

} // namespace gatehouse::rag
