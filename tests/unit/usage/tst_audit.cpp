// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/seed.h"
#include "tests/support/testmain.h"
#include "tests/unit/usage/faultdraw.h"

using namespace gatehouse;
using namespace gatehouse::cost;
using namespace gatehouse::test;

namespace {

int rounds(int all)
{
    return qEnvironmentVariableIsSet("LONG") ? all : all / 100;
}

bool near(Int128 found, Int128 truth)
{
    const Int128 off = found > truth ? found - truth : truth - found;
    return off * 100 <= (truth < 0 ? -truth : truth);
}

/// "" when the audit found what was drawn, and nothing else.
std::string complaint(std::uint64_t seed, const std::set<FaultKind>& kinds)
{
    FaultDraw drawn(seed);
    drawn.draw(kinds);
    std::map<FaultKind, Fault> found;
    for (const Fault& fault : audit(drawn.evidence(), drawn.prices(), {})) {
        if (!kinds.contains(fault.kind))
            return std::string(labelOf(fault.kind)) + " of “" + fault.subject + "” is not there (" +
                   std::to_string(fault.calls) + " calls)";
        Fault& sum = found[fault.kind];
        sum.calls += fault.calls;
        sum.tokens += fault.tokens;
        sum.pico += fault.pico;
        sum.subject = fault.subject;
    }
    for (const FaultDraw::Truth& truth : drawn.truth()) {
        const std::string name(labelOf(truth.kind));
        if (!found.contains(truth.kind))
            return name + " is not found";
        const Fault& fault = found[truth.kind];
        if (!near(fault.calls, truth.calls))
            return name + ": " + std::to_string(fault.calls) + " calls for " + std::to_string(truth.calls);
        // The accounts do not say which of their tokens went around the gateway and which were lost in
        // failures.
        const bool shared =
            kinds.contains(FaultKind::DirectCalls) && kinds.contains(FaultKind::FailedButBilled) &&
            (truth.kind == FaultKind::DirectCalls || truth.kind == FaultKind::FailedButBilled);
        if (!shared && truth.kind != FaultKind::RetryStorm && !near(fault.tokens, truth.tokens))
            return name + ": " + std::to_string(fault.tokens) + " tokens for " + std::to_string(truth.tokens);
        if (!near(fault.pico, truth.pico))
            return name + ": " + toText(fault.pico) + " for " + toText(truth.pico);
        if (!truth.subject.empty() && fault.subject != truth.subject)
            return name + " of “" + fault.subject + "”";
    }
    return {};
}

} // namespace

class TestAudit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCleanSetHasNoFault();
    void eachFaultIsFoundAndSized_data();
    void eachFaultIsFoundAndSized();
    void faultsAreToldApart();
    void nothingIsSaidOfAccountsThatNobodyAsked();
    void aRenameThatIsKnownIsNone();
};

void TestAudit::aCleanSetHasNoFault()
{
    Random random(seed());
    for (int i = rounds(100); i > 0; --i)
        QCOMPARE(complaint(random(), {}), std::string());
}

void TestAudit::eachFaultIsFoundAndSized_data()
{
    QTest::addColumn<int>("kind");
    for (std::size_t i = 0; i < FaultKinds; ++i)
        QTest::newRow(std::string(labelOf(static_cast<FaultKind>(i))).c_str()) << static_cast<int>(i);
}

void TestAudit::eachFaultIsFoundAndSized()
{
    QFETCH(int, kind);
    Random random(seed());
    for (int i = rounds(100); i > 0; --i)
        QCOMPARE(complaint(random(), {static_cast<FaultKind>(kind)}), std::string());
}

void TestAudit::faultsAreToldApart()
{
    Random random(seed());
    for (int i = rounds(400); i > 0; --i) {
        std::set<FaultKind> kinds;
        for (std::size_t kind = 0; kind < FaultKinds; ++kind) {
            if (i % 4 == 0 || random() % 2 == 0)
                kinds.insert(static_cast<FaultKind>(kind));
        }
        QCOMPARE(complaint(random(), kinds), std::string());
    }
}

void TestAudit::nothingIsSaidOfAccountsThatNobodyAsked()
{
    FaultDraw drawn(5);
    drawn.draw({FaultKind::DirectCalls, FaultKind::FailedButBilled});
    Evidence evidence = drawn.evidence();
    evidence.metrics.clear();
    QVERIFY(audit(evidence, drawn.prices(), {}).empty());
}

void TestAudit::aRenameThatIsKnownIsNone()
{
    FaultDraw drawn(6);
    drawn.draw({FaultKind::RenamedService});
    QCOMPARE(audit(drawn.evidence(), drawn.prices(), {}).front().other, std::string("service-3-v2"));
    ServiceFacts facts;
    facts.rename("service-3", "service-3-v2");
    QVERIFY(audit(drawn.evidence(), drawn.prices(), facts).empty());
}

GATEHOUSE_TEST_MAIN(TestAudit)
#include "tst_audit.moc"
