// breaks: coroutine
Task run()
{
    co_await next();
}
