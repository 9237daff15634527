// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/guitestmain.h"
class TestAskPage : public QObject
{
    Q_OBJECT
};
GATEHOUSE_WINDOW_TEST_MAIN(TestAskPage)
#include "tst_askpage.moc"
