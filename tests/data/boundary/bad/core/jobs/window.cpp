// breaks: arrow
#include "ui/shell/window.h"
