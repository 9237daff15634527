// breaks: keychain
void keep(Job& job)
{
    job.setInsecureFallback(true);
}
