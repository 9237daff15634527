// breaks: toolproof
auto some(const List& list)
{
    return list | std::views::take(3);
}
