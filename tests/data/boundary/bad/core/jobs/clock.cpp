// breaks: clock
auto now()
{
    return QDateTime::currentDateTimeUtc();
}
