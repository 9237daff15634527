// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/language.h"

namespace gatehouse::ui {

const QueryLanguage& kqlLanguage()
{
    namespace language = kql::language;
    static const QueryLanguage functions{language::classify,   language::diagnose, language::complete,
                                         language::hover,      language::format,   language::blockAt,
                                         language::filtersTime};
    return functions;
}

} // namespace gatehouse::ui
