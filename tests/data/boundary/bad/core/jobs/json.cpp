// breaks: json
auto read(const std::string& text)
{
    return Json::parse(text);
}
