// breaks: arrow
#include <core/table/table.h>
