// breaks: settings
QSettings settings;
