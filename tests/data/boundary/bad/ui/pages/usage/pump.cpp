// breaks: eventloop
void wait()
{
    QCoreApplication::processEvents();
}
