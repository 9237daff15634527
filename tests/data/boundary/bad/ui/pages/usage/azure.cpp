// breaks: arrow
#include "core/azure/apimclient.h"
