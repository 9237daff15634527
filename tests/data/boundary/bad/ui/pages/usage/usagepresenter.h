// breaks: widgets
#include <QtWidgets/QLabel>
