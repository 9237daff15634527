// breaks: stopwatch
auto start()
{
    return std::chrono::steady_clock::now();
}
