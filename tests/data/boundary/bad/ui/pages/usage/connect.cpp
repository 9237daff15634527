// breaks: connect
void wire(Button* button, Page* page)
{
    connect(button, &Button::clicked, [page](bool on) { page->show(on, {1, 2}); });
}
