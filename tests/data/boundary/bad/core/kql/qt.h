// breaks: qt
#include <QtCore/QString>
