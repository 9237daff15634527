// breaks: sleep
void wait()
{
    QThread::msleep(50);
}
