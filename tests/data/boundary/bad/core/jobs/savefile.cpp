// breaks: savefile
QSaveFile file(path);
