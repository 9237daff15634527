// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ask/answerprices.h"

#include "core/jobs/cost.h"
#include "core/usage/prices/pricing.h"

namespace gatehouse::ui {

AnswerPrices::AnswerPrices(const Clock& clock, QObject* parent)
    : QObject(parent)
    , m_clock(clock)
{}

AnswerPrices::~AnswerPrices()
{
    m_stop.request_stop();
}

void AnswerPrices::setServices(const jobs::Services* services)
{
    m_service = services != nullptr ? services->cost : nullptr;
    m_book.reset();
    refresh();
}

void AnswerPrices::refresh()
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    if (m_service == nullptr)
        return;
    m_service->prices(m_stop.get_token())
        .then(this, [this, asked = m_stop.get_token()](const Result<jobs::CostPrices>& prices) {
            if (asked.stop_requested() || !prices || !prices->versions)
                return;
            const cost::PriceVersion* const version = prices->versions->find(prices->inForce);
            if (version == nullptr)
                return;
            m_book = std::make_shared<const cost::PriceBook>(version->book);
            Q_EMIT changed();
        });
}

QString AnswerPrices::costText(const rag::AnswerFacts& facts) const
{
    using Source = rag::TokenUsage::Source;
    if (facts.usage.source == Source::Unknown)
        return tr("unknown: nobody counted the tokens");
    if (!m_book)
        return tr("unknown: no price");
    const cost::Tariff tariff =
        cost::tariffOf(*m_book, facts.model, {}, facts.backend, cost::utcDay(m_clock.now()));
    if (tariff.reserved)
        return tr("part of a reservation");
    const std::optional<cost::Pico> pico =
        cost::costOf(tariff, cost::tokensOf(facts.model, facts.usage.prompt, 0, facts.usage.completion));
    if (!pico)
        return tr("unknown: no price of this model");
    const QString amount =
        QString::fromStdString(cost::exactText(*pico, m_book->home().digits()) + " " + m_book->home().text());
    return facts.usage.source == Source::Estimated ? tr("estimated: %1").arg(amount) : amount;
}

} // namespace gatehouse::ui
