// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakeask.h"
#include "ui/pages/ask/askpresenter.h"

#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>

namespace gatehouse::test {

/// What Ask shows, over a document service under control.
struct AskRig
{
    QTemporaryDir directory;
    ManualClock clock;
    ui::ViewContext context{clock};
    FakeAsk ask;
    jobs::Services services;
    ui::AskPresenter presenter;

    explicit AskRig(const ui::AnswerBounds& bounds = {})
        : presenter(context, rag::ConversationStore(directory.path().toStdString()), bounds)
    {
        services.ask = &ask;
        settings::Profile profile;
        profile.name = "This computer";
        presenter.setProfile(profile);
    }
    void open()
    {
        presenter.setServices(&services);
        presenter.setActive(true);
    }
    [[nodiscard]] std::shared_ptr<const ui::AskState> state() { return presenter.state(); }
    [[nodiscard]] const rag::Turn& lastTurn() { return presenter.state()->conversation->turns.back(); }
    [[nodiscard]] QStringList files()
    {
        return QDir(directory.filePath(QStringLiteral("conversations")))
            .entryList({QStringLiteral("*.json")});
    }
};

inline Error errorOf(Error::Kind kind)
{
    return fail(kind, "What happened.", "What to do.").value();
}

} // namespace gatehouse::test
