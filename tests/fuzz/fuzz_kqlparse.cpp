// SPDX-License-Identifier: GPL-3.0-or-later
// Any text is cut into tokens in order or refused at a place inside of it, and parsed or refused likewise.
#include "core/kql/lexer/lexer.h"
#include "core/kql/parser/parser.h"

#include <cstdlib>

using namespace gatehouse;

namespace {

bool isRefusal(const Error& error, std::string_view text)
{
    return error.serviceCode.starts_with("SYN") && !error.message.empty() && error.position &&
           error.position->offset <= text.size();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto tokens = kql::tokenize(text);
    const auto tree = kql::parse(text);
    if ((!tokens && (tree || !isRefusal(tokens.error(), text))) || (!tree && !isRefusal(tree.error(), text)))
        std::abort();
    if (!tokens)
        return 0;
    std::size_t end = 0;
    for (const kql::Token& token : *tokens) {
        if (token.span.offset < end || token.span.end() > size)
            std::abort();
        end = token.span.end();
    }
    if (tokens->empty() || tokens->back().kind != kql::TokenKind::End)
        std::abort();
    return 0;
}
