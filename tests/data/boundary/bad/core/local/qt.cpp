// breaks: qt
#include <QString>
