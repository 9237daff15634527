// breaks: services
#include "core/jobs/usagequestions.h"
