// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/answerstage.h"
#include "tests/ui/hostilecorpus.h"
#include "tests/ui/steptimer.h"
#include "ui/pages/ask/answerview.h"
#include "ui/theme/theme.h"

#include <QtWidgets/QApplication>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

#include <cstdio>

/// What untrusted answers cost the GUI thread: the worst step of hostile ones, and a stream of 5,000 deltas.
/// answer_bench [PART OF A HOSTILE TEXT'S NAME]

namespace {

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

constexpr int Deltas = 5000;
constexpr std::chrono::milliseconds Between{5}; ///< 200 events a second

struct Stage : test::AnswerStage
{
    explicit Stage(const Theme& theme)
        : AnswerStage(theme, {640, 800})
    {}
    void settle(test::StepTimer& timer) const
    {
        while (!view->settled())
            timer.turn();
        timer.turn();
    }
};

double worstHostileStep(const Theme& theme, const QString& only)
{
    double worst = 0;
    QString name;
    auto texts = test::hostileTexts(u"http://127.0.0.1:9"_s);
    for (test::HostileText& injected : test::injectedAnswers(u"http://127.0.0.1:9"_s))
        texts.push_back(std::move(injected));
    for (const test::HostileText& text : texts) {
        if (!text.name.contains(only))
            continue;
        const Stage stage(theme);
        test::StepTimer timer;
        timer.step([&] { stage.view->setAnswer(text.text, [](int) { return false; }); });
        stage.settle(timer);
        if (timer.worst() > worst) {
            worst = timer.worst();
            name = text.name;
        }
    }
    std::printf("%zu hostile texts, worst step %.2f ms: %s\n", texts.size(), worst, qPrintable(name));
    return worst;
}

/// piece is one delta; every now and then between is put in.
test::StepTimer stream(const Theme& theme, const QString& piece, const QString& between, int every)
{
    const Stage stage(theme);
    test::StepTimer timer;
    std::chrono::milliseconds since{0};
    for (int i = 0; i < Deltas; ++i) {
        timer.step([&] {
            stage.view->append(piece);
            if (every > 0 && i % every == every - 1)
                stage.view->append(between);
        });
        since += Between;
        if (since >= stage.view->pace()) {
            since = {};
            timer.step([&] { stage.view->step(); });
            timer.turn();
        }
    }
    timer.step([&] { stage.view->finish([](int) { return true; }); });
    stage.settle(timer);
    return timer;
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme theme(application, false);
    {
        const Stage stage(theme); // the faces are loaded once
        test::StepTimer timer;
        stage.view->setAnswer(u"# a\n\n**b** *c* `d` [1] ● ▲"_s, [](int) { return false; });
        stage.settle(timer);
    }
    const double worst =
        worstHostileStep(theme, QString::fromLocal8Bit(argc > 1 && argv[1][0] != '-' ? argv[1] : ""));
    double total = 0;
    double step = 0;
    const struct
    {
        const char* name;
        QString piece;
        QString between;
        int every;
    } shapes[] = {{"paragraphs", u"some **words** [1] to "_s, u"\n\n"_s, 30},
                  {"one paragraph", u"some words to follow "_s, {}, 0},
                  {"one word", u"someverylongwordpiece"_s, {}, 0},
                  {"a list", u"- an item of a list\n"_s, {}, 0},
                  {"code", u"let x = f(a, b, cc);\n"_s, u"```\n"_s, 200}};
    for (const auto& shape : shapes) {
        const test::StepTimer timer = stream(theme, shape.piece, shape.between, shape.every);
        std::printf("%d deltas of %s: %.0f ms in all, worst step %.2f ms\n", Deltas, shape.name,
                    timer.total(), timer.worst());
        total = std::max(total, timer.total());
        step = std::max(step, timer.worst());
    }
    std::printf("ratio answer_worst_step_vs_100ms %.3f\n", worst / 100.0);
    std::printf("ratio answer_stream_gui_vs_2s %.3f\n", total / 2000.0);
    std::printf("ratio answer_stream_step_vs_33ms %.3f\n", step / 33.0);
    return 0;
}
