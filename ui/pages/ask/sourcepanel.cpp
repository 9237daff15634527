// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/sourcepanel.h"

#include "ui/models/format.h"
#include "ui/pages/ask/answerprices.h"
#include "ui/pages/ask/answertext.h"
#include "ui/pages/ask/asklist.h"
#include "ui/pages/ask/asktext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segments.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxPassage = 64 << 10;

QString rankText(const std::optional<int>& rank)
{
    return rank ? QString::number(*rank) : unknownText();
}

AskRow rowOf(const rag::Passage& passage, std::size_t number, const std::vector<rag::Citation>& citations)
{
    AskRow row;
    row.key = QString::number(number);
    row.title = row.key + u" · "_s + shownName(passage.documentName);
    if (passage.page)
        row.title += u" · "_s + SourcePanel::tr("page %1").arg(*passage.page);
    for (const rag::Citation& citation : citations) {
        if (citation.passageId == passage.id && !passage.id.empty())
            row.title += u" ["_s + QString::number(citation.marker) + u']';
    }
    row.text = SourcePanel::tr("score %1 · place by meaning %2 · by words %3")
                   .arg(passage.score ? QString::number(*passage.score, 'g', 3) : unknownText(),
                        rankText(passage.vectorRank), rankText(passage.keywordRank));
    return row;
}

QPlainTextEdit* makeReader(const QString& objectName, const QString& accessibleName)
{
    auto* const view = new QPlainTextEdit;
    nameWidget(view, objectName, accessibleName);
    view->setReadOnly(true);
    view->setProperty("kind", u"reader"_s);
    view->setTabChangesFocus(true);
    view->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    return view;
}

/// Whether the answer is whole, as far as anybody knows.
QString endText(const rag::Turn& turn)
{
    if (turn.error)
        return turn.error->cancelled() ? SourcePanel::tr("stopped") : SourcePanel::tr("▲ not whole");
    return turn.facts.endConfirmed ? SourcePanel::tr("confirmed") : SourcePanel::tr("▲ not confirmed");
}

QString orUnknown(const std::string& text)
{
    return text.empty() ? SourcePanel::tr("unknown") : shownName(text);
}

} // namespace

SourcePanel::SourcePanel(const Theme& theme, const AnswerPrices& prices)
    : m_prices(prices)
    , m_badge(makeLabel(u"askBadge"_s, "key"))
    , m_facts(new QWidget)
    , m_explain(new QPushButton(tr("Explain")))
    , m_copyId(new QPushButton(tr("Copy")))
    , m_tabs(new Segments(u"askSourceTabs"_s, tr("Which part"), {tr("Passages"), tr("Prompt")}))
    , m_stack(new QStackedLayout)
    , m_split(new QSplitter(Qt::Vertical))
    , m_list(new AskList(theme, u"askPassages"_s, tr("Retrieved passages, best first")))
    , m_passageTitle(new ElidedLabel)
    , m_passage(makeReader(u"askPassage"_s, tr("Text of the passage")))
    , m_prompt(makeReader(u"askPrompt"_s, tr("The prompt as it was sent")))
    , m_empty(
          makeLabel(u"askSourceEmpty"_s, "muted",
                    tr("Beside each answer stands what it was made from: the passages with their scores, the "
                       "exact prompt, the endpoint, time and tokens.")))
{
    build();
    show(nullptr, false);
}

void SourcePanel::addFact(QFormLayout& form, const QString& name, const QString& label)
{
    auto* const value = new ElidedLabel;
    value->setObjectName(u"askFact"_s + name);
    value->setAccessibleName(label);
    m_values[name] = value;
    form.addRow(makeLabel(u"askFactLabel"_s + name, "caption", label), value);
}

void SourcePanel::build()
{
    setProperty("panel", true);
    nameWidget(this, u"askSources"_s, tr("What the answer was made from"));
    nameWidget(m_facts, u"askFacts"_s, tr("Facts about the answer"));
    nameWidget(m_explain, u"askExplain"_s, tr("Explain why the request went where it did"));
    nameWidget(m_copyId, u"askCopyId"_s, tr("Copy the request id"));
    nameWidget(m_split, u"askSourceSplitter"_s, tr("Passages and the text of one"));
    for (QPushButton* const button : {m_explain, m_copyId})
        button->setProperty("kind", u"link"_s);
    m_empty->setWordWrap(true);
    auto* const form = new QFormLayout(m_facts);
    form->setContentsMargins(metric::Space3, 0, metric::Space3, 0);
    form->setHorizontalSpacing(metric::Space3);
    form->setVerticalSpacing(2);
    addFact(*form, u"Model"_s, tr("Model"));
    addFact(*form, u"Endpoint"_s, tr("Endpoint"));
    addFact(*form, u"Attempts"_s, tr("Attempts"));
    addFact(*form, u"Route"_s, tr("Route"));
    addFact(*form, u"FirstToken"_s, tr("First token"));
    addFact(*form, u"Total"_s, tr("Total"));
    addFact(*form, u"Tokens"_s, tr("Tokens"));
    addFact(*form, u"Cost"_s, tr("Cost"));
    addFact(*form, u"End"_s, tr("End"));
    addFact(*form, u"Request"_s, tr("Request id"));
    auto* const actions = new QHBoxLayout;
    actions->setSpacing(metric::Space3);
    actions->addWidget(m_explain);
    actions->addWidget(m_copyId);
    actions->addStretch(1);
    form->addRow(QString(), actions);
    auto* const head = new QHBoxLayout;
    head->setContentsMargins(metric::Space3, 0, metric::Space3, 0);
    head->addWidget(makeLabel(u"askSourcesTitle"_s, "strong", tr("Made from")), 1);
    head->addWidget(m_badge);
    auto* const tabs = new QHBoxLayout;
    tabs->setContentsMargins(metric::Space3, 0, metric::Space3, 0);
    tabs->addWidget(m_tabs);
    tabs->addStretch(1);
    m_passageTitle->setObjectName(u"askPassageTitle"_s);
    m_passageTitle->setProperty("role", u"captionStrong"_s);
    auto* const text = new QWidget;
    nameWidget(text, u"askPassageBox"_s, tr("Passage"));
    auto* const textColumn = new QVBoxLayout(text);
    textColumn->setContentsMargins(metric::Space3, 0, metric::Space1, 0);
    textColumn->setSpacing(metric::Space1);
    textColumn->addWidget(m_passageTitle);
    textColumn->addWidget(m_passage, 1);
    m_split->addWidget(m_list);
    m_split->addWidget(text);
    m_split->setChildrenCollapsible(false);
    m_split->setSizes({150, 200});
    auto* const lower = new QWidget;
    nameWidget(lower, u"askSourceViews"_s, tr("Passages or prompt"));
    lower->setLayout(m_stack);
    m_stack->addWidget(m_split);
    m_stack->addWidget(m_prompt);
    auto* const emptyRow = new QHBoxLayout;
    emptyRow->setContentsMargins(metric::Space3, 0, metric::Space3, 0);
    emptyRow->addWidget(m_empty);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(1, metric::Space2, 1, 1);
    column->setSpacing(metric::Space2);
    column->addLayout(head);
    column->addLayout(emptyRow);
    column->addWidget(m_facts);
    column->addLayout(tabs);
    column->addWidget(lower, 1);
    column->addStretch(0);
    m_list->setEmptyText(tr("No passage was retrieved."));
    connect(m_tabs, &Segments::chosen, m_stack, &QStackedLayout::setCurrentIndex);
    connect(m_list, &AskList::currentKeyChanged, this, &SourcePanel::showPassage);
    connect(m_list, &AskList::opened, this, [this] { m_passage->setFocus(Qt::OtherFocusReason); });
    connect(m_explain, &QPushButton::clicked, this,
            [this] { Q_EMIT explainRequested(fromText(m_turn.facts.requestId)); });
    connect(m_copyId, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(copiedText(m_turn.facts.requestId));
        Q_EMIT told(tr("Copied"));
    });
}

void SourcePanel::setFact(const QString& name, const QString& text, const QString& whole)
{
    ElidedLabel* const label = m_values.at(name);
    label->setFullText(text);
    if (!whole.isEmpty())
        setPlainToolTip(label, whole);
}

QString SourcePanel::fact(const QString& name) const
{
    return m_values.at(name)->fullText();
}

void SourcePanel::showFacts(const rag::AnswerFacts& facts, bool running)
{
    const QString later = running ? tr("not known yet") : tr("unknown");
    const auto name = [&](const std::string& text) { return text.empty() ? later : orUnknown(text); };
    setFact(u"Model"_s, name(facts.model));
    setFact(u"Endpoint"_s, name(facts.backend));
    setFact(u"Attempts"_s, facts.attempts ? QString::number(*facts.attempts) : later);
    setFact(u"Route"_s, name(facts.route));
    setFact(u"FirstToken"_s, facts.firstToken
                                 ? formatMilliseconds(static_cast<double>(facts.firstToken->count()))
                                 : (running || !m_turn.answer.empty() ? later : tr("no text came")));
    setFact(u"Total"_s, running || facts.total.count() <= 0
                            ? later
                            : formatMilliseconds(static_cast<double>(facts.total.count())));
    setFact(u"Tokens"_s, running ? later : tokensText(facts.usage));
    setFact(u"Cost"_s, running ? later : m_prices.costText(facts),
            tr("By the price book of the ledger, for this answer's tokens. What has no price is never shown "
               "as 0."));
    setFact(u"End"_s, running ? later : endText(m_turn),
            tr("Whether the service said that the answer is over."));
    setFact(u"Request"_s, name(facts.requestId));
    const bool known = !facts.requestId.empty();
    m_explain->setEnabled(known);
    m_copyId->setEnabled(known);
    m_badge->setText(facts.simulated == true ? tr("◇ simulated model") : QString());
    m_badge->setVisible(facts.simulated == true);
}

void SourcePanel::showPassages()
{
    std::vector<AskRow> rows;
    for (const rag::Passage& passage : m_turn.grounding.passages)
        rows.push_back(rowOf(passage, rows.size() + 1, m_turn.facts.citations));
    m_list->rows().setRows(std::move(rows));
}

void SourcePanel::showPassage(const QString& key)
{
    const auto index = key.toULongLong() - 1;
    if (index >= m_turn.grounding.passages.size()) {
        m_passageTitle->setFullText({});
        m_passage->setPlainText({});
        return;
    }
    const rag::Passage& passage = m_turn.grounding.passages[index];
    QString title = tr("Passage %1").arg(index + 1) + u" · "_s + shownName(passage.documentName).left(60);
    if (passage.page)
        title += u" · "_s + tr("page %1").arg(*passage.page);
    if (passage.tokens)
        title += u" · "_s + tr("%1 tokens").arg(formatExact(*passage.tokens));
    m_passageTitle->setFullText(title);
    m_passage->setPlainText(AnswerText::whole(fromText(passage.text).left(MaxPassage)));
}

void SourcePanel::show(const rag::Turn* turn, bool running)
{
    m_any = turn != nullptr;
    m_empty->setVisible(!m_any);
    m_facts->setVisible(m_any);
    m_tabs->setVisible(m_any);
    m_stack->parentWidget()->setVisible(m_any);
    m_badge->setVisible(false);
    if (!m_any) {
        m_turn = {};
        return;
    }
    const bool same = m_turn.asked == turn->asked && m_turn.question == turn->question &&
                      m_turn.grounding.passages.size() == turn->grounding.passages.size();
    m_turn = *turn;
    showFacts(m_turn.facts, running);
    showPassages();
    if (same)
        return;
    m_prompt->setPlainText(
        m_turn.grounding.prompt.empty()
            ? (running ? tr("Not known yet.") : tr("The service does not say what it sent."))
            : promptText(m_turn.grounding.prompt));
    if (!m_turn.grounding.passages.empty())
        m_list->setCurrentKey(u"1"_s);
    showPassage(m_list->currentKey());
}

bool SourcePanel::openCitation(int marker)
{
    const rag::Passage* const passage = m_turn.cited(marker);
    if (passage == nullptr)
        return false;
    m_tabs->setCurrent(0);
    m_stack->setCurrentIndex(0);
    const auto number = passage - m_turn.grounding.passages.data() + 1;
    m_list->setCurrentKey(QString::number(number));
    m_list->scrollTo(m_list->currentIndex());
    showPassage(QString::number(number));
    m_passage->setFocus(Qt::OtherFocusReason);
    return true;
}

} // namespace gatehouse::ui
