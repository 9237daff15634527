// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFuture>
#include <QtTest/QtTest>

namespace gatehouse::test {

/// The value of a future that finishes on its own, with the event loop running until then; Internal when it
/// does not within half a minute.
template <typename T>
Result<T> await(QFuture<Result<T>> future)
{
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 30'000))
        return fail(Error::Kind::Internal, "the future did not finish");
    return future.result();
}

/// Lets posted calls run.
inline void settleEvents()
{
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
}

} // namespace gatehouse::test
