// breaks: arrow
#include "core/local/stack.h"
