// breaks: services
#include "core/rag/ragclient.h"
