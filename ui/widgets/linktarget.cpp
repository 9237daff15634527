// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/linktarget.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QUrl>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxAddress = 2048;

QString linkWord(const char* text)
{
    return QCoreApplication::translate("gatehouse::ui::LinkTarget", text);
}

bool isAscii(const QString& text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c > u' ' && c < u'\u007F'; });
}

} // namespace

LinkTarget inspectLink(const QString& address)
{
    LinkTarget target;
    const QString trimmed = address.trimmed();
    if (trimmed.isEmpty() || trimmed.size() > MaxAddress)
        return target;
    const QUrl url(trimmed, QUrl::StrictMode);
    const QString scheme = url.scheme().toLower();
    if (!url.isValid())
        return target;
    target.address = QString::fromLatin1(url.toEncoded());
    if (scheme == u"mailto"_s) {
        target.host = url.path(QUrl::FullyEncoded);
        target.mayOpen =
            !target.host.isEmpty() && isAscii(target.address) && target.address.startsWith(u"mailto:"_s);
        if (target.host.contains(u',') || url.hasQuery())
            target.warnings.append(linkWord("It fills in more than one recipient, or a text of its own."));
        return target;
    }
    if (scheme != u"https"_s && scheme != u"http"_s)
        return target;
    target.host = url.host(QUrl::FullyEncoded);
    target.mayOpen = !target.host.isEmpty() && isAscii(target.address);
    if (!url.userInfo().isEmpty())
        target.warnings.append(linkWord("What stands before the @ is no host: it is sent as a user name."));
    if (target.host.startsWith(u"xn--"_s) || target.host.contains(u".xn--"_s))
        target.warnings.append(
            linkWord("The host's name has letters of other alphabets, which can look like familiar ones."));
    const QString digits = QString(target.host).remove(u'.').remove(u':').remove(u'[').remove(u']');
    if (!digits.isEmpty() && std::all_of(digits.begin(), digits.end(), [](QChar c) { return c.isDigit(); }))
        target.warnings.append(linkWord("The host is a number, not a name."));
    if (scheme == u"http"_s)
        target.warnings.append(linkWord("The connection is not encrypted."));
    return target;
}

} // namespace gatehouse::ui
