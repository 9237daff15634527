// breaks: eventloop
void wait()
{
    QEventLoop loop;
    loop.exec();
}
