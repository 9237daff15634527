// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/jobs/services.h"
#include "core/rag/values.h"
#include "core/usage/prices/pricebook.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <memory>
#include <stop_token>

namespace gatehouse::ui {

/// The price book that answers are priced with: the one in force in the ledger. No widgets. Main thread; the
/// services outlive their use, the clock outlives it.
class AnswerPrices : public QObject
{
    Q_OBJECT
public:
    explicit AnswerPrices(const Clock& clock, QObject* parent = nullptr);
    ~AnswerPrices() override;

    /// Null when nobody is signed in.
    void setServices(const jobs::Services* services);
    /// Asks anew: prices may have changed.
    void refresh();

    /// What the model's answer cost by its tokens: "0.005488 USD", "estimated: 0.0055 USD"; "unknown: …" says
    /// what is missing. What the search before it cost is not in it.
    [[nodiscard]] QString costText(const rag::AnswerFacts& facts) const;

Q_SIGNALS:
    void changed();

private:
    const Clock& m_clock;
    jobs::CostService* m_service = nullptr;
    std::shared_ptr<const cost::PriceBook> m_book; ///< null: not known
    std::stop_source m_stop;
};

} // namespace gatehouse::ui
