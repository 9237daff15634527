// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/encoding.h"

#include <httplib.h>

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// A choice on a page: a button of a form that is posted, or a link.
struct PageChoice
{
    std::string title;
    std::string detail;
    std::string target; ///< URL
    bool post = false;
    FormFields fields; ///< hidden, when posted
};

[[nodiscard]] std::string escapeHtml(std::string_view text);

/// The page that asks for a user code; problem is shown above the form, "" for none.
void answerCodePage(httplib::Response& response, int status, std::string_view userCode,
                    std::string_view problem);
/// A page that only says something.
void answerMessagePage(httplib::Response& response, int status, std::string_view title,
                       std::string_view text);
/// Who shall sign in.
void answerChoicePage(httplib::Response& response, std::string_view title,
                      const std::vector<PageChoice>& choices);
/// Posts the fields to another origin at once; with a button where scripts are off.
void answerFormPost(httplib::Response& response, const std::string& target, const FormFields& fields);

} // namespace gatehouse::local
