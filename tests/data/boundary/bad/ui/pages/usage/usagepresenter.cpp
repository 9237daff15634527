// breaks: widgets
#include <QtCharts/QChart>
