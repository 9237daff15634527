// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/smokerecords.h"

#include "ui/models/cells.h"
#include "ui/models/format.h"
#include "ui/pages/ask/answertext.h"
#include "ui/pages/ask/asktext.h"
#include "ui/theme/tokens.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using namespace rag::smoke;

namespace {

constexpr std::size_t ShownOutcomes = 20;

QString smokeWord(const char* text)
{
    return QCoreApplication::translate("gatehouse::ui::SmokePanel", text);
}

struct Look
{
    QChar shape;
    QString word;
    QColor color;
    [[nodiscard]] QString text() const { return shape + u' ' + word; }
};

Look lookOf(Outcome outcome, const Tokens& tokens)
{
    switch (outcome) {
    case Outcome::Passed:
        return {u'●', smokeWord("passed"), tokens.good};
    case Outcome::Failed:
        return {u'▲', smokeWord("failed"), tokens.bad};
    case Outcome::Broken:
        return {u'–', smokeWord("no answer"), tokens.warn};
    case Outcome::Unknown:
        break;
    }
    return {u'○', smokeWord("unknown"), tokens.unknown};
}

QString memberText(const std::string& backend)
{
    return backend.empty() ? smokeWord("the gateway's choice") : shownName(backend);
}

Cell timeCell(std::optional<std::chrono::milliseconds> time)
{
    if (!time)
        return {{}, unknownText(), {}, {}};
    const auto milliseconds = static_cast<double>(time->count());
    return {milliseconds, formatMilliseconds(milliseconds), {}, {}};
}

bool hasChecks(const Run& run)
{
    return std::any_of(run.results.begin(), run.results.end(),
                       [](const CaseResult& result) { return !result.checks.empty(); });
}

QString asPrimary(const Run& run, const std::vector<MemberComparison>& all, const std::string& backend)
{
    const QString primary = shownName(run.backends.front());
    switch (answersAsPrimary(all, backend)) {
    case MemberComparison::Answer::Same:
        return smokeWord("answers as %1 does").arg(primary);
    case MemberComparison::Answer::Differs:
        return smokeWord("▲ does not answer as %1 does").arg(primary);
    case MemberComparison::Answer::Unknown:
        break;
    }
    return smokeWord("not known whether it answers as %1 does").arg(primary);
}

} // namespace

std::vector<ColumnSpec> smokeResultColumns()
{
    return {{smokeWord("Case"), u"case"_s, false, 180, {}},
            {smokeWord("Member"), u"member"_s, false, 130, smokeWord("Whom the question is for")},
            {smokeWord("Result"), u"result"_s, false, 100, {}},
            {smokeWord("Why"), u"why"_s, false, 320, smokeWord("What does not hold")},
            {smokeWord("Answered by"), u"answered_by"_s, false, 120, {}},
            {smokeWord("First token"), u"first_token_ms"_s, true, 90, {}},
            {smokeWord("Total"), u"total_ms"_s, true, 80, {}},
            {smokeWord("Tokens"), u"tokens"_s, true, 80, {}}};
}

QString smokeKey(const CaseResult& result)
{
    return fromText(result.name) + u'\n' + fromText(result.backend) + u'\n' + QString::number(result.round);
}

std::vector<Record> smokeResultRecords(const Run& run, const Tokens& tokens)
{
    std::vector<Record> records;
    for (const CaseResult& result : run.results) {
        const Look look = lookOf(result.outcome, tokens);
        QString name = shownName(result.name);
        if (result.round > 1)
            name += u" · "_s + smokeWord("round %1").arg(result.round);
        const bool known = result.usage.source != rag::TokenUsage::Source::Unknown;
        Record record;
        record.key = smokeKey(result);
        record.cells = {textCell(name),
                        textCell(memberText(result.backend)),
                        {look.word, look.text(), {}, look.color},
                        textCell(AnswerText::whole(fromText(result.why)).simplified().left(500)),
                        textCell(result.answeredBy.empty() ? unknownText() : shownName(result.answeredBy)),
                        timeCell(result.firstToken),
                        timeCell(result.total.count() > 0 ? std::optional(result.total) : std::nullopt),
                        known ? countCell(result.usage.prompt + result.usage.completion)
                              : Cell{{}, unknownText(), {}, {}}};
        records.push_back(std::move(record));
    }
    return records;
}

std::vector<ColumnSpec> smokeTrendColumns()
{
    return {{smokeWord("Case"), u"case"_s, false, 220, {}},
            {smokeWord("Member"), u"member"_s, false, 150, {}},
            {smokeWord("Runs"), u"runs"_s, true, 70, {}},
            {smokeWord("Passed"), u"passed"_s, true, 70, {}},
            {smokeWord("Changes"), u"changes"_s, true, 80,
             smokeWord("How often it passed in one run and not in the next, or the other way round")},
            {smokeWord("Last runs, newest right"), u"last"_s, false, 300,
             smokeWord("● passed  ▲ failed  ○ unknown  – no answer")}};
}

std::vector<Record> smokeTrendRecords(const std::vector<Run>& runs, const Tokens& tokens)
{
    std::vector<Record> records;
    for (const CaseHistory& history : caseHistories(runs)) {
        const std::size_t from = history.outcomes.size() - std::min(history.outcomes.size(), ShownOutcomes);
        QString last;
        for (std::size_t i = from; i < history.outcomes.size(); ++i)
            last += lookOf(history.outcomes[i], tokens).shape + u' ';
        Record record;
        record.key = fromText(history.name) + u'\n' + fromText(history.backend);
        record.cells = {
            textCell(shownName(history.name)),
            textCell(memberText(history.backend)),
            countCell(history.tally.total()),
            countCell(history.tally.passed),
            countCell(history.changes),
            {last, last, smokeWord("● passed  ▲ failed  ○ unknown  – no answer"),
             history.outcomes.empty() ? QColor() : lookOf(history.outcomes.back(), tokens).color}};
        records.push_back(std::move(record));
    }
    return records;
}

QString smokeTallyText(const Tally& tally)
{
    QString text = smokeWord("%1 of %2 passed").arg(tally.passed).arg(tally.total());
    const auto add = [&text](int count, const char* word) {
        if (count > 0)
            text += u" · "_s + QString::number(count) + u' ' + smokeWord(word);
    };
    add(tally.failed, "failed");
    add(tally.unknown, "unknown");
    add(tally.broken, "without an answer");
    return text;
}

std::vector<AskRow> smokeRunRows(const std::vector<Run>& runs, const QString& underWay)
{
    std::vector<AskRow> rows;
    if (!underWay.isEmpty())
        rows.push_back({u"now"_s, smokeWord("Now"), u"◐ "_s + underWay, {}, false});
    for (std::size_t i = runs.size(); i > 0; --i) {
        const Run& run = runs[i - 1];
        const Tally all = tally(run.results);
        const bool well = all.passed == all.total();
        rows.push_back({QString::number(i - 1),
                        formatMoment(run.at, true),
                        (well ? u"● "_s : u"▲ "_s) + smokeTallyText(all),
                        {},
                        !well});
    }
    return rows;
}

QString smokeMembersText(const Run& run)
{
    // Runs that come from the history have no answers to compare.
    const std::vector<MemberComparison> all =
        hasChecks(run) ? compareWithPrimary(run) : std::vector<MemberComparison>();
    QStringList lines;
    for (const std::string& backend : run.backends) {
        Tally of;
        for (const CaseResult& result : run.results) {
            if (result.backend == backend)
                of.add(result.outcome);
        }
        QString line = (of.passed == of.total() ? u"● "_s : u"▲ "_s) + memberText(backend) + u": "_s +
                       smokeTallyText(of);
        if (!all.empty() && backend != run.backends.front())
            line += u" · "_s + asPrimary(run, all, backend);
        lines.append(line);
    }
    return lines.join(u'\n');
}

QString smokeDetailText(const CaseResult& result, const std::optional<Suite>& suite)
{
    QStringList lines;
    if (suite) {
        const auto asked = std::find_if(suite->cases.begin(), suite->cases.end(),
                                        [&](const Case& one) { return one.name == result.name; });
        if (asked != suite->cases.end())
            lines.append(smokeWord("Question: %1").arg(fromText(asked->question)));
    }
    if (!result.why.empty())
        lines.append(smokeWord("Why: %1").arg(fromText(result.why)));
    if (result.error && !result.error->advice.empty())
        lines.append(fromText(result.error->advice));
    for (const CheckedAssertion& checked : result.checks) {
        const Verdict verdict = checked.finding.verdict;
        const QChar shape = verdict == Verdict::Holds ? u'●' : verdict == Verdict::Fails ? u'▲' : u'○';
        lines.append(shape + u' ' + fromText(checked.assertion) + u": "_s +
                     fromText(checked.finding.sentence));
    }
    for (const CitedPlace& place : result.cited)
        lines.append(smokeWord("Cites %1").arg(fromText(toText(place))));
    if (result.answer.empty())
        lines.append(smokeWord("The answer is not kept."));
    else
        lines.append(u'\n' + smokeWord("Answer:") + u'\n' + fromText(result.answer));
    return AnswerText::whole(lines.join(u'\n'));
}

QString smokePlanText(const Suite& suite, const std::vector<std::string>& members)
{
    const auto count = [](std::size_t number, const char* one, const char* many) {
        return number == 1 ? smokeWord(one) : smokeWord(many).arg(number);
    };
    QStringList parts{count(suite.cases.size(), "1 question", "%1 questions")};
    if (suite.repeat > 1)
        parts.append(smokeWord("each %1 times").arg(suite.repeat));
    QStringList documents;
    for (const std::string& document : suite.documents)
        documents.append(shownName(QFileInfo(fromText(document)).fileName().toStdString()));
    if (!documents.isEmpty())
        parts.append(count(suite.documents.size(), "1 document is sent", "%1 documents are sent") + u": "_s +
                     documents.join(u", "_s));
    QStringList asked;
    for (const std::string& member : members)
        asked.append(memberText(member));
    parts.append(asked.isEmpty() ? smokeWord("whom it asks is not known yet")
                                 : smokeWord("asks %1").arg(asked.join(u", "_s)));
    if (!suite.deployment.empty())
        parts.append(smokeWord("deployment %1").arg(shownName(suite.deployment)));
    return parts.join(u" · "_s);
}

bool smokeSimulated(const Run& run)
{
    return std::any_of(run.results.begin(), run.results.end(),
                       [](const CaseResult& result) { return result.simulated == true; });
}

} // namespace gatehouse::ui
