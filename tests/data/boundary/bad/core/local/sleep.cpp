// breaks: sleep
void wait()
{
    std::this_thread::sleep_for(delay);
}
