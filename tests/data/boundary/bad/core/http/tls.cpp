// breaks: tls
void accept(QNetworkReply* reply)
{
    reply->ignoreSslErrors();
}
