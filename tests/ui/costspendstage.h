// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/fakes/names.h"
#include "tests/ui/fakes/samplecost.h"
#include "tests/ui/fakes/windowfixture.h"
#include "ui/models/recordmodel.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/cost/costpage.h"
#include "ui/pages/cost/spendpanel.h"
#include "ui/widgets/tableview.h"

#include <QtTest/QTest>
#include <QtWidgets/QApplication>

namespace gatehouse::test {

/// The page Cost in a window on the sample's ledger; made for each test and gone behind it.
class CostSpendStage
{
protected:
    void setStage() { m_fixture = std::make_unique<WindowFixture>(*qApp); }
    void clearStage() { m_fixture.reset(); }

    template <typename T>
    T* find(const QString& name)
    {
        return test::find<T>(*m_fixture->window, name);
    }
    ui::CostPage& page() { return dynamic_cast<ui::CostPage&>(m_fixture->window->currentPage()); }
    ui::CostPresenter& presenter() { return m_fixture->workbench->cost(); }
    void open(bool hostile = false)
    {
        m_fixture->answerWithSamples(hostile);
        m_fixture->open(QStringLiteral("cost"));
        QTRY_VERIFY(presenter().state()->view);
        QApplication::processEvents();
    }
    /// Shows another answer from now on.
    void serve(std::shared_ptr<const jobs::CostView> view)
    {
        m_fixture->world.cost.make = nullptr;
        m_fixture->world.cost.views.always(CostAnswer(std::move(view)));
        presenter().refresh();
        QTRY_VERIFY(presenter().status().settled());
        QApplication::processEvents();
    }
    std::shared_ptr<const jobs::CostView> view() { return presenter().state()->view; }
    QModelIndex cell(const QString& key, int column)
    {
        const QAbstractItemModel& model = page().spend().table().proxy();
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.index(row, 0).data(ui::RecordModel::KeyRole) == key)
                return model.index(row, column);
        }
        return {};
    }
    static QString kindKey(cost::RowKind kind)
    {
        return QStringLiteral("k:") + QString::number(static_cast<int>(kind));
    }

    std::unique_ptr<WindowFixture> m_fixture;
};

} // namespace gatehouse::test
