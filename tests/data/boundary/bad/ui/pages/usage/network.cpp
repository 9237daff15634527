// breaks: arrow
#include "core/http/client.h"
