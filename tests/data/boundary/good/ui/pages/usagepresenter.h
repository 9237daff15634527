#include "core/jobs/services.h"
#include "ui/models/tablemodel.h"
#include <QtCore/QObject>
