// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/costpresenter.h"

#include <functional>
#include <stop_token>

namespace gatehouse::ui {

/// What differs between two price books, as it is read.
struct PriceLine
{
    std::string what;   ///< "gpt-4o, input", "Discount", "PTU west"
    std::string since;  ///< "2026-11-01"
    std::string before; ///< "" where it is new
    std::string after;  ///< "" where it is gone
};
[[nodiscard]] std::vector<PriceLine> priceLines(const cost::PriceBook& before, const cost::PriceBook& after);

/// Another price book that waits for a yes. Nothing has changed yet.
struct PriceReview
{
    QString title; ///< "Import of prices.csv"
    QString note;  ///< what the version will say
    jobs::PriceDraft draft;
    std::vector<PriceLine> lines;
    bool applying = false;
    std::optional<Error> error; ///< a conflict, or what kept it from being written
};

struct PriceState
{
    std::optional<jobs::CostPrices> prices; ///< the last known
    std::optional<Error> error;             ///< why they could not be read
    bool reading = false;
    bool importing = false;
    bool closing = false;
    std::optional<PriceReview> review;
    std::optional<Error> problem; ///< of an import or a closing
};

/// The price book: what it is, and its changes. Each change is a draft first, which is reviewed as a
/// difference and becomes a new version; undoing is a new version with an older book. Reads only while it is
/// on screen. No widgets. Main thread; the presenter outlives it.
class PriceDesk : public QObject
{
    Q_OBJECT
public:
    /// Makes the new book of the newest one; an error where that is not possible.
    using Edit = std::function<Result<cost::PriceBook>(const cost::PriceBook&)>;

    explicit PriceDesk(CostPresenter& presenter, QObject* parent = nullptr);
    ~PriceDesk() override;

    [[nodiscard]] const PriceState& state() const { return m_state; }
    [[nodiscard]] CostPresenter& presenter() const { return m_presenter; }
    /// Null before the prices were read.
    [[nodiscard]] const cost::PriceBook* book() const;
    [[nodiscard]] bool working() const { return m_state.reading; }
    /// Over months that can be closed, newest first.
    [[nodiscard]] std::vector<cost::Month> closable() const;

    void setActive(bool active);
    void refresh();

    /// A review follows; an error where the edit is refused or changes nothing.
    [[nodiscard]] Status propose(Edit edit, const QString& title, const QString& note);
    /// Back to an older version's book.
    [[nodiscard]] Status proposeVersion(int number);
    /// CSV, or an answer of the price API; which of them, its first character says.
    void importFile(const QString& path);
    void cancelImport();
    /// Of the review in question. Repeats the edit on the newest prices after a conflict.
    void apply(const QString& note);
    void dropReview();
    void closeMonth(cost::Month month);

Q_SIGNALS:
    void changed();
    void reviewReady();
    /// The review became a version.
    void applied();
    void told(const QString& text);

private:
    void look();
    void review(Edit edit, PriceReview review);
    void takeImport(const QString& name, const Result<jobs::PriceDraft>& draft);
    void takeApplied(const Result<cost::Repriced>& repriced);
    /// The review again, on what the prices are now.
    void rebase();

    CostPresenter& m_presenter;
    PriceState m_state;
    Edit m_edit; ///< of the review
    bool m_active = false;
    bool m_stale = true;
    bool m_rebase = false; ///< after the next reading
    jobs::CostService* m_service = nullptr;
    quint64 m_generation = 0;
    std::stop_source m_stop;
    std::stop_source m_import;
    quint64 m_imports = 0;
};

} // namespace gatehouse::ui
