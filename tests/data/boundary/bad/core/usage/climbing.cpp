// breaks: arrow
#include "../gateway/health.h"
