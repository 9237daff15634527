// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/question.h"

#include <QtCore/QFile>
#include <QtCore/QStringDecoder>

#include <algorithm>
#include <array>

/// The questions are resources of a static library, which the linker drops unless somebody names them.
/// The macro wants the global namespace, and no unnamed one within it.
static void registerQuestions()
{
    Q_INIT_RESOURCE(kql);
}

namespace gatehouse::jobs {

namespace {

/// What a parser, a log or a reader might take for a line end, or what hides from the eye.
bool isInvisible(char32_t c)
{
    static constexpr std::array<std::pair<char32_t, char32_t>, 7> ranges{{{0x00, 0x1f},
                                                                          {0x7f, 0x9f},
                                                                          {0x200b, 0x200f},
                                                                          {0x2028, 0x202e},
                                                                          {0x2066, 0x2069},
                                                                          {0xfeff, 0xfeff},
                                                                          {0xfff9, 0xfffb}}};
    return std::any_of(ranges.begin(), ranges.end(),
                       [c](const auto& range) { return c >= range.first && c <= range.second; });
}

/// A double-quoted literal that KQL and JSON read alike, so that it also fits into dynamic([…]).
std::string quotedLiteral(std::string_view value)
{
    // Without the flag a leading byte order mark would be eaten.
    QStringDecoder decoder(QStringDecoder::Utf8,
                           QStringDecoder::Flag::ConvertInitialBom | QStringDecoder::Flag::Stateless);
    const QString decoded = decoder(QByteArrayView(value.data(), static_cast<qsizetype>(value.size())));
    QString out(QLatin1Char('"'));
    for (const uint c : decoded.toUcs4()) {
        const char32_t point = c;
        if (point == U'"' || point == U'\\')
            out += QLatin1Char('\\');
        if (isInvisible(point))
            out += QStringLiteral("\\u%1").arg(c, 4, 16, QLatin1Char('0'));
        else
            out += QString::fromUcs4(&point, 1);
    }
    out += QLatin1Char('"');
    return out.toStdString();
}

} // namespace

Literal Literal::text(std::string_view value)
{
    return Literal(quotedLiteral(value));
}

Literal Literal::texts(const std::vector<std::string>& values)
{
    std::string list = "dynamic([";
    for (const std::string& value : values) {
        if (list.back() != '[')
            list += ", ";
        list += quotedLiteral(value);
    }
    return Literal(list + "])");
}

Literal Literal::moment(DateTime value)
{
    return Literal("datetime(" + formatDateTime(value) + ")");
}

Literal Literal::timespan(Ticks value)
{
    return Literal("timespan(" + formatTimespan(value) + ")");
}

Literal Literal::flag(bool value)
{
    return Literal(value ? "true" : "false");
}

Question::Question(std::vector<std::string> parts)
    : m_parts(std::move(parts))
{
    registerQuestions();
}

Question& Question::with(std::string_view name, const Literal& value)
{
    m_prelude.append("let ").append(name).append(" = ").append(value.kql()).append(";\n");
    return *this;
}

Result<std::string> Question::kql() const
{
    std::string query = m_prelude;
    for (const std::string& part : m_parts) {
        QFile file(QStringLiteral(":/kql/%1.kql").arg(QString::fromStdString(part)));
        if (!file.open(QIODevice::ReadOnly))
            return fail(Error::Kind::Internal, "The question " + part + " is missing in this program.",
                        "Install Gatehouse again.");
        query += file.readAll().toStdString();
    }
    return query;
}

QFuture<Result<Answers>> askAll(Workspace& workspace, const std::vector<Question>& questions,
                                const TimeRange& timespan, std::stop_token stop, QObject* context)
{
    std::vector<std::string> queries;
    for (const Question& question : questions) {
        auto kql = question.kql();
        if (!kql)
            return QtFuture::makeReadyFuture(Result<Answers>(fail(kql.error())));
        queries.push_back(std::move(*kql));
    }
    QList<QFuture<Result<QueryAnswerPtr>>> asked;
    for (const std::string& kql : queries)
        asked.push_back(workspace.ask({kql, timespan, false}, stop));
    return QtFuture::whenAll(asked.begin(), asked.end())
        .then(context, [queries](const QList<QFuture<Result<QueryAnswerPtr>>>& done) -> Result<Answers> {
            Answers answers;
            answers.queries = queries;
            for (const auto& future : done) {
                const Result<QueryAnswerPtr> answer = future.result();
                if (!answer)
                    return fail(answer.error());
                if ((*answer)->partial && answers.partialReason.empty())
                    answers.partialReason = (*answer)->partial->message;
                answers.partial = answers.partial || (*answer)->partial.has_value();
                answers.age = std::max(answers.age, (*answer)->age);
                answers.tables.push_back(*answer);
            }
            return answers;
        });
}

bool isMissingTable(const Error& error, std::string_view table)
{
    const bool semantic = error.serviceCode.starts_with("SEM") || error.serviceCode == "SemanticError";
    return semantic && error.message.find("resolve") != std::string::npos &&
           error.message.find(table) != std::string::npos;
}

Error gatewayLogsAreOff(const Error& cause)
{
    Error error = cause;
    error.kind = Error::Kind::NotFound;
    error.message = "This workspace holds no gateway logs.";
    error.advice =
        "Turn on the diagnostic setting of the API Management service that sends the category "
        "\"Logs related to ApiManagement Gateway\" to this workspace, with resource-specific tables.";
    return error;
}

} // namespace gatehouse::jobs
