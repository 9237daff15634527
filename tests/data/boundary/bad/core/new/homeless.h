// breaks: arrow
#include "core/base/result.h"
