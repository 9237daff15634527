// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/language/language.h"

namespace gatehouse::test {

/// A workspace of four tables for the tests of the editor's language service.
inline kql::language::Schema languageSchema()
{
    using enum ColumnType;
    return {
        {{"T",
          "What models were asked.",
          {{"TimeGenerated", DateTime},
           {"Tokens", Long},
           {"Model", String},
           {"Properties", Dynamic},
           {"Odd name", String}}},
         {"U", "", {{"TimeGenerated", DateTime}, {"Model", String}, {"Cost", Real}}},
         {"AppRequests", "", {{"TimeGenerated", DateTime}, {"Name", String}, {"DurationMs", Real}}},
         {"AppDependencies", "", {{"TimeGenerated", DateTime}, {"Target", String}, {"DurationMs", Long}}}}};
}

/// A text with a caret in it, written as ^.
struct CaretText
{
    explicit CaretText(std::string marked)
        : text(std::move(marked))
        , caret(text.find('^'))
    {
        text.erase(caret, 1);
    }

    std::string text;
    std::size_t caret;
};

} // namespace gatehouse::test
