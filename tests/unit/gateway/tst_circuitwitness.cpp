// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/circuitwitness.h"

#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

DateTime second(double seconds)
{
    return DateTime::fromCivil(2026, 6, 1) +
           std::chrono::duration_cast<Ticks>(std::chrono::duration<double>(seconds));
}

LoggedAttempt call(int status, double start, double seconds = 0.1)
{
    return {second(start), second(start + seconds) - second(start), status, {}, false};
}

/// Counted in a row: five open it for 30 s. Asked at one moment, of a log that begins late.
Tristate admits(const std::vector<LoggedAttempt>& log, double at)
{
    Backend backend;
    backend.name = "east";
    backend.failureStatuses = {{500, 599}};
    const CircuitWitness witness(backend, log, {}, second(0), false, second(at));
    return witness.admits(second(at), 0);
}

} // namespace

class TestCircuitWitness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsClosedAfterACalm();
    void failuresInARowAreNotForgottenBySilence();
    void theCallsUnderWayWhenTheLogBeginsMayStillFail();
    void aSuccessThatWasUnderWayInTheCalmEndsARow();
};

void TestCircuitWitness::itIsClosedAfterACalm()
{
    std::vector<LoggedAttempt> log = {call(200, 400), call(200, 410), call(200, 420), call(200, 500)};
    QVERIFY(admits(log, 510) == Tristate::Yes);
    for (int i = 0; i < 5; ++i)
        log.push_back(call(500, 520 + i));
    QVERIFY(admits(log, 530) == Tristate::No);
    QVERIFY(admits(log, 560) == Tristate::Yes); // 30 s later it lets a probe through
}

void TestCircuitWitness::failuresInARowAreNotForgottenBySilence()
{
    // Four may have failed before the second silence, so the last one may have opened the circuit.
    std::vector<LoggedAttempt> log = {call(500, 500)};
    QVERIFY(admits(log, 499) == Tristate::Yes);
    QVERIFY(admits(log, 505) == Tristate::Unknown);
    for (int i = 1; i < 5; ++i) {
        log.push_back(call(500, 500 + 100 * i));
        QVERIFY(admits(log, 505 + 100 * i) != Tristate::Yes);
    }
    // After a calm they are counted from none, whatever silences follow.
    std::vector<LoggedAttempt> calm = {call(200, 400), call(200, 410), call(200, 420), call(200, 490)};
    for (int i = 0; i < 5; ++i) {
        QVERIFY(admits(calm, 590 + 100 * i) == Tristate::Yes);
        calm.push_back(call(500, 600 + 100 * i));
    }
    QVERIFY(admits(calm, 1010) == Tristate::No);
}

void TestCircuitWitness::theCallsUnderWayWhenTheLogBeginsMayStillFail()
{
    const std::vector<LoggedAttempt> log = {call(200, 10), call(200, 20), call(200, 30), call(200, 100)};
    QVERIFY(admits(log, 110) == Tristate::Unknown);
    QVERIFY(admits(log, 370) == Tristate::Yes);
}

void TestCircuitWitness::aSuccessThatWasUnderWayInTheCalmEndsARow()
{
    // The long call began while the circuit may still have been half-open, then its end counts for nothing;
    // or after it closed, then it ends the row of four.
    const std::vector<LoggedAttempt> log = {
        call(200, 400, 30), call(200, 410), call(200, 420), call(200, 425, 180.5), call(200, 500),
        call(500, 600),     call(500, 601), call(500, 602), call(500, 603),        call(500, 606)};
    QVERIFY(admits(log, 595) == Tristate::Yes);
    QVERIFY(admits(log, 610) == Tristate::Unknown);
}

GATEHOUSE_TEST_MAIN(TestCircuitWitness)
#include "tst_circuitwitness.moc"
