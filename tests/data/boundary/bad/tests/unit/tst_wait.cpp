// breaks: sleep
void wait()
{
    QTest::qWait(50);
}
