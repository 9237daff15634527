// breaks: arrow
#include "core/gateway/health.h"
