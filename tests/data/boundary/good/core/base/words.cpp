// QSettings, QSaveFile and co_await are only talked about here.
#include "core/base/words.h"
#include <string>
/* #include "core/local/stack.h" */
const int amount = 10'000;
const char* text = "QEventLoop";
auto now()
{
    return std::chrono::steady_clock::now();
}
