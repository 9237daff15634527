#include "core/jobs/usagequestions.h"
#include "core/local/stack.h"
#include <QtWidgets/QApplication>
int main()
{
    job.setInsecureFallback(false);
}
