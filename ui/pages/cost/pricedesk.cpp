// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/pricedesk.h"

#include "core/base/files.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QFileInfo>

#include <algorithm>
#include <map>
#include <tuple>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t MaxFileBytes = 16U << 20U;

std::string text(const QString& text)
{
    return text.toStdString();
}

std::string priceText(const cost::Price& price)
{
    return cost::exactText(price.amount, 2) + " " + price.currency.text() + " / " +
           std::string(cost::toString(price.unit));
}

std::string regionText(const std::string& region)
{
    return region.empty() ? std::string() : " (" + region + ")";
}

std::string untilText(const std::optional<cost::Day>& until)
{
    return until ? " " + text(PriceDesk::tr("until %1").arg(QString::fromStdString(cost::dayText(*until))))
                 : std::string();
}

std::string monthlyText(cost::Pico monthly, cost::Currency currency)
{
    return cost::exactText(monthly, 2) + " " + currency.text() + " " + text(PriceDesk::tr("a month"));
}

/// What a thing is called and from when, and what it says: things of the same name and day are compared.
using Terms = std::map<std::pair<std::string, std::string>, std::string>;

Terms termsOf(const cost::PriceBook& book)
{
    Terms terms;
    for (const cost::Discount& one : book.discounts()) {
        const std::string model = one.model.empty() ? text(PriceDesk::tr("every model")) : one.model;
        terms[{text(PriceDesk::tr("Discount")) + ", " + model + regionText(one.region),
               cost::dayText(one.since)}] =
            cost::exactText(cost::Int128{one.millionths} * (cost::PicoPerUnit / 10'000)) + " %" +
            untilText(one.until);
    }
    for (const cost::Reservation& one : book.reservations())
        terms[{text(PriceDesk::tr("Reservation")) + ", " + one.name, cost::dayText(one.since)}] =
            monthlyText(one.monthly, one.currency) + ", " + one.backend + untilText(one.until);
    for (const cost::RunningCost& one : book.runningCosts())
        terms[{text(PriceDesk::tr("Infrastructure")) + ", " + one.name, cost::dayText(one.since)}] =
            monthlyText(one.monthly, one.currency) + untilText(one.until);
    for (const cost::Rate& one : book.rates().all())
        terms[{one.from.text() + " → " + one.to.text(), cost::dayText(one.since)}] =
            cost::exactText(one.value);
    return terms;
}

jobs::PriceFormat formatOf(const std::string& text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string::npos && text[first] == '{' ? jobs::PriceFormat::AzureRetail
                                                            : jobs::PriceFormat::Csv;
}

/// The same changes on another book.
PriceDesk::Edit repeat(std::vector<cost::PriceChange> changes)
{
    return [changes = std::move(changes)](const cost::PriceBook& book) -> Result<cost::PriceBook> {
        std::vector<cost::Price> prices;
        for (const cost::PriceChange& change : changes) {
            if (change.after)
                prices.push_back(*change.after);
        }
        return book.with(prices);
    };
}

} // namespace

std::vector<PriceLine> priceLines(const cost::PriceBook& before, const cost::PriceBook& after)
{
    std::vector<PriceLine> lines;
    for (const cost::PriceChange& change : cost::diff(before, after))
        lines.push_back({change.key.model + regionText(change.key.region) + ", " +
                             std::string(cost::toString(change.key.direction)),
                         cost::dayText(change.since), change.before ? priceText(*change.before) : "",
                         change.after ? priceText(*change.after) : ""});
    const Terms old = termsOf(before);
    Terms all = old;
    const Terms fresh = termsOf(after);
    all.insert(fresh.begin(), fresh.end());
    for (const auto& [key, unused] : all) {
        const auto was = old.find(key);
        const auto is = fresh.find(key);
        if (was != old.end() && is != fresh.end() && was->second == is->second)
            continue;
        lines.push_back({key.first, key.second, was == old.end() ? "" : was->second,
                         is == fresh.end() ? "" : is->second});
    }
    return lines;
}

PriceDesk::PriceDesk(CostPresenter& presenter, QObject* parent)
    : QObject(parent)
    , m_presenter(presenter)
{
    connect(&presenter, &PagePresenter::changed, this, &PriceDesk::look);
}

PriceDesk::~PriceDesk()
{
    m_stop.request_stop();
    m_import.request_stop();
}

const cost::PriceBook* PriceDesk::book() const
{
    return m_state.prices ? &m_state.prices->versions->newest().book : nullptr;
}

std::vector<cost::Month> PriceDesk::closable() const
{
    std::vector<cost::Month> months;
    const auto view = m_presenter.state()->view;
    if (!view || !view->readFrom || !m_state.prices)
        return months;
    const cost::Month first = cost::monthOf(cost::utcDay(*view->readFrom));
    for (cost::Month month = cost::monthOf(view->today) - std::chrono::months{1};
         month >= first && (!m_state.prices->closedThrough || month > *m_state.prices->closedThrough);
         month -= std::chrono::months{1})
        months.push_back(month);
    return months;
}

void PriceDesk::setActive(bool active)
{
    m_active = active;
    look();
}

void PriceDesk::look()
{
    jobs::CostService* const service = m_presenter.service();
    if (service != m_service) {
        m_service = service;
        m_stop.request_stop();
        ++m_generation;
        cancelImport();
        m_state = {};
        m_stale = true;
    }
    // Another window may have made a version.
    const auto view = m_presenter.state()->view;
    if (view && m_state.prices &&
        (view->priceVersion != m_state.prices->inForce ||
         view->closedThrough != m_state.prices->closedThrough))
        m_stale = true;
    if (m_active && m_stale && m_service != nullptr && !m_state.reading)
        refresh();
    else
        Q_EMIT changed();
}

void PriceDesk::refresh()
{
    if (m_service == nullptr)
        return;
    m_stop.request_stop();
    m_stop = {};
    m_stale = false;
    m_state.reading = true;
    Q_EMIT changed();
    m_service->prices(m_stop.get_token())
        .then(this, [this, generation = ++m_generation](const Result<jobs::CostPrices>& prices) {
            if (generation != m_generation)
                return;
            m_state.reading = false;
            m_state.error = prices ? std::nullopt : std::optional<Error>(prices.error());
            if (prices)
                m_state.prices = *prices;
            if (prices && std::exchange(m_rebase, false))
                rebase();
            Q_EMIT changed();
        });
}

Status PriceDesk::propose(Edit edit, const QString& title, const QString& note)
{
    if (!m_state.prices)
        return fail(Error::Kind::Unavailable, text(tr("The prices are not known yet.")),
                    text(tr("Wait until they are read.")));
    const cost::PriceVersion& newest = m_state.prices->versions->newest();
    auto after = edit(newest.book);
    if (!after)
        return fail(after.error());
    PriceReview made{title,
                     note,
                     {newest.number, *after, cost::diff(newest.book, *after), {}, false},
                     priceLines(newest.book, *after),
                     false,
                     {}};
    if (made.lines.empty())
        return fail(Error::Kind::InvalidInput, text(tr("Nothing would change.")),
                    text(tr("The prices are as it says already.")));
    review(std::move(edit), std::move(made));
    return {};
}

void PriceDesk::review(Edit edit, PriceReview review)
{
    m_edit = std::move(edit);
    m_state.review = std::move(review);
    m_state.problem.reset();
    Q_EMIT changed();
    Q_EMIT reviewReady();
}

Status PriceDesk::proposeVersion(int number)
{
    const cost::PriceVersion* const old = m_state.prices ? m_state.prices->versions->find(number) : nullptr;
    if (old == nullptr)
        return fail(Error::Kind::NotFound, text(tr("There is no version %1.").arg(number)));
    return propose([book = old->book](const cost::PriceBook&) -> Result<cost::PriceBook> { return book; },
                   tr("Back to version %1").arg(number), tr("As in version %1").arg(number));
}

void PriceDesk::importFile(const QString& path)
{
    if (m_service == nullptr || !m_state.prices || m_state.importing)
        return;
    m_import = {};
    m_state.importing = true;
    m_state.problem.reset();
    Q_EMIT changed();
    const auto take = [this, name = QFileInfo(path).fileName(),
                       import = ++m_imports](const Result<jobs::PriceDraft>& draft) {
        if (import == m_imports)
            takeImport(name, draft);
    };
    QtConcurrent::run([file = path.toStdString()] {
        return readFile(file, MaxFileBytes);
    }).then(this, [this, take, service = m_service](const Result<std::string>& content) {
        if (!content)
            return take(fail(content.error()));
        if (service != m_service || m_import.stop_requested())
            return;
        service->importPrices(*content, formatOf(*content), m_import.get_token()).then(this, take);
    });
}

void PriceDesk::cancelImport()
{
    if (!m_state.importing)
        return;
    m_import.request_stop();
    ++m_imports;
    m_state.importing = false;
    Q_EMIT changed();
}

void PriceDesk::takeImport(const QString& name, const Result<jobs::PriceDraft>& draft)
{
    m_state.importing = false;
    if (!draft) {
        m_state.problem = draft.error();
        Q_EMIT changed();
        return;
    }
    const cost::PriceVersion* const base = m_state.prices->versions->find(draft->base);
    const cost::PriceBook& before = base != nullptr ? base->book : m_state.prices->versions->newest().book;
    review(repeat(draft->changes), {tr("Import of %1").arg(name),
                                    tr("Imported from %1").arg(name),
                                    *draft,
                                    priceLines(before, draft->book),
                                    false,
                                    {}});
}

void PriceDesk::apply(const QString& note)
{
    if (!m_state.review || m_state.review->applying || m_service == nullptr)
        return;
    m_state.review->note = note;
    if (m_state.review->error && m_state.review->error->kind == Error::Kind::Conflict) {
        if (m_state.reading)
            m_rebase = true;
        else
            rebase();
        Q_EMIT changed();
        return;
    }
    m_state.review->applying = true;
    m_state.review->error.reset();
    Q_EMIT changed();
    m_service->applyPrices(m_state.review->draft, text(note.trimmed()))
        .then(this, [this, service = m_service](const Result<cost::Repriced>& repriced) {
            if (service == m_service && m_state.review)
                takeApplied(repriced);
        });
}

void PriceDesk::takeApplied(const Result<cost::Repriced>& repriced)
{
    m_state.review->applying = false;
    if (!repriced) {
        m_state.review->error = repriced.error();
        // What is reviewed next has to stand on what the prices are by now.
        return refresh();
    }
    QString sentence = tr("Prices of version %1 are in force").arg(repriced->to);
    cost::Int128 before = 0;
    cost::Int128 after = 0;
    for (const cost::Repriced::Line& line : repriced->lines) {
        before += line.before;
        after += line.after;
    }
    const cost::Currency home = m_state.prices->versions->newest().book.home();
    if (before != after)
        sentence += tr(": open months cost %1 instead of %2")
                        .arg(QString::fromStdString(cost::moneyText({after, home})),
                             QString::fromStdString(cost::moneyText({before, home})));
    m_state.review.reset();
    Q_EMIT applied();
    Q_EMIT told(sentence);
    refresh();
    m_presenter.showAgain();
}

void PriceDesk::rebase()
{
    if (!m_state.review)
        return;
    const QString title = m_state.review->title;
    const QString note = m_state.review->note;
    const std::vector<cost::NotTaken> notTaken = m_state.review->draft.notTaken;
    const Status done = propose(m_edit, title, note);
    if (!done) {
        m_state.review->error = done.error();
        m_state.review->lines.clear();
    } else

        m_state.review->draft.notTaken = notTaken;
}

void PriceDesk::dropReview()
{
    if (!m_state.review || m_state.review->applying)
        return;
    m_state.review.reset();
    Q_EMIT changed();
}

void PriceDesk::closeMonth(cost::Month month)
{
    if (m_service == nullptr || m_state.closing)
        return;
    m_state.closing = true;
    m_state.problem.reset();
    Q_EMIT changed();
    m_service->closeMonth(month).then(this, [this, month, service = m_service](const Status& closed) {
        if (service != m_service)
            return;
        m_state.closing = false;
        if (!closed) {
            m_state.problem = closed.error();
            Q_EMIT changed();
            return;
        }
        Q_EMIT told(tr("Closed through %1").arg(QString::fromStdString(cost::monthText(month))));
        refresh();
        m_presenter.showAgain();
    });
}

} // namespace gatehouse::ui
