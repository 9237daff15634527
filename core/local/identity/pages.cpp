// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/identity/pages.h"

#include "core/local/identity/personas.h"

#include <openssl/sha.h>

#include <array>

namespace gatehouse::local {

namespace {

constexpr std::string_view Submit = "document.forms[0].submit()";
constexpr std::string_view Style =
    "body{font:16px/1.5 Inter,system-ui,sans-serif;max-width:30rem;margin:12vh auto;padding:0 "
    "1rem;color:#1b1f24}"
    "h1{font-size:1.4rem}input[type=text]{font:1.4rem/1.6 monospace;width:100%;text-transform:uppercase;"
    "letter-spacing:.15em}button,a.choice{display:block;width:100%;margin:.5rem 0;padding:.6rem "
    "1rem;font:inherit;"
    "text-align:left;border:1px solid #8b949e;border-radius:6px;background:#f6f8fa;color:inherit;"
    "text-decoration:none;cursor:pointer;box-sizing:border-box}small{color:#57606a;display:block}"
    ".problem{color:#a40e26}";

void answerPage(httplib::Response& response, int status, std::string_view title, const std::string& content,
                const std::string& scriptSource)
{
    std::string page =
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>";
    page += escapeHtml(title);
    page += "</title><style>";
    page += Style;
    page += "</style></head><body><h1>";
    page += escapeHtml(title);
    page += "</h1>";
    page += content;
    page += "</body></html>";
    response.status = status;
    response.set_content(page, "text/html; charset=utf-8");
    response.set_header("Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; script-src " + scriptSource +
                            "; base-uri 'none'; frame-ancestors 'none'");
    response.set_header("Cache-Control", "no-store");
    response.set_header("X-Content-Type-Options", "nosniff");
    response.set_header("Referrer-Policy", "no-referrer");
}

std::string hiddenFields(const FormFields& fields)
{
    std::string html;
    for (const auto& [name, value] : fields)
        html +=
            "<input type=\"hidden\" name=\"" + escapeHtml(name) + "\" value=\"" + escapeHtml(value) + "\">";
    return html;
}

std::string choiceHtml(const PageChoice& choice)
{
    const std::string label = escapeHtml(choice.title) + "<small>" + escapeHtml(choice.detail) + "</small>";
    if (!choice.post)
        return "<a class=\"choice\" href=\"" + escapeHtml(choice.target) + "\">" + label + "</a>";
    return "<form method=\"post\" action=\"" + escapeHtml(choice.target) + "\">" +
           hiddenFields(choice.fields) + "<button>" + label + "</button></form>";
}

/// The source expression that allows exactly the submitting script (CSP level 2).
std::string submitSource()
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest = {};
    SHA256(reinterpret_cast<const unsigned char*>(Submit.data()), Submit.size(), digest.data());
    return "'sha256-" +
           toBase64(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size())) + "'";
}

} // namespace

std::string escapeHtml(std::string_view text)
{
    std::string html;
    html.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&':
            html += "&amp;";
            break;
        case '<':
            html += "&lt;";
            break;
        case '>':
            html += "&gt;";
            break;
        case '"':
            html += "&quot;";
            break;
        case '\'':
            html += "&#39;";
            break;
        default:
            html += c;
        }
    }
    return html;
}

void answerCodePage(httplib::Response& response, int status, std::string_view userCode,
                    std::string_view problem)
{
    std::string content;
    if (!problem.empty())
        content += "<p class=\"problem\" role=\"alert\">" + escapeHtml(problem) + "</p>";
    content += "<form method=\"post\" action=\"/devicelogin\"><p><label for=\"code\">Code that the program "
               "shows</label></p><input type=\"text\" id=\"code\" name=\"user_code\" autocomplete=\"off\" "
               "autofocus required maxlength=\"20\" value=\"" +
               escapeHtml(userCode) + "\"><p>Sign in as</p>";
    for (const Persona& persona : personas()) {
        content += "<button name=\"persona\" value=\"" + escapeHtml(persona.key) + "\">" +
                   escapeHtml(persona.title) + "<small>" + escapeHtml(persona.name) + ", " +
                   escapeHtml(persona.username) + "</small></button>";
    }
    content += "<button name=\"persona\" value=\"\">Decline<small>This was not me</small></button></form>";
    answerPage(response, status, "Sign in to this computer", content, "'none'");
}

void answerMessagePage(httplib::Response& response, int status, std::string_view title, std::string_view text)
{
    answerPage(response, status, title, "<p>" + escapeHtml(text) + "</p>", "'none'");
}

void answerChoicePage(httplib::Response& response, std::string_view title,
                      const std::vector<PageChoice>& choices)
{
    std::string content;
    for (const PageChoice& choice : choices)
        content += choiceHtml(choice);
    answerPage(response, 200, title, content, "'none'");
}

void answerFormPost(httplib::Response& response, const std::string& target, const FormFields& fields)
{
    const std::string content = "<form method=\"post\" action=\"" + escapeHtml(target) + "\">" +
                                hiddenFields(fields) + "<button>Continue</button></form><script>" +
                                std::string(Submit) + "</script>";
    answerPage(response, 200, "Signing in", content, submitSource());
}

} // namespace gatehouse::local
