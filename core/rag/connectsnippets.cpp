// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/rag/connect.h"

namespace gatehouse::rag {

namespace {

/// The target with something in every place.
ConnectTarget filled(ConnectTarget target)
{
    const auto fill = [](std::string& value, std::string_view placeholder) {
        if (value.empty())
            value = placeholder;
    };
    fill(target.endpoint, "https://YOUR-GATEWAY.azure-api.net");
    while (target.endpoint.ends_with('/'))
        target.endpoint.pop_back();
    fill(target.deployment, "YOUR-DEPLOYMENT");
    fill(target.service, "your-service");
    fill(target.scope, CognitiveScope);
    fill(target.clientId, "00000000-0000-0000-0000-000000000000");
    fill(target.kubernetesNamespace, "default");
    return target;
}

std::string python(const ConnectTarget& target)
{
    return "# pip install openai azure-identity\n"
           "from azure.identity import DefaultAzureCredential, get_bearer_token_provider\n"
           "from openai import AzureOpenAI\n"
           "\n"
           "token_provider = get_bearer_token_provider(\n"
           "    DefaultAzureCredential(),\n"
           "    " +
           pythonLiteral(target.scope) +
           ",\n"
           ")\n"
           "client = AzureOpenAI(\n"
           "    azure_endpoint=" +
           pythonLiteral(target.endpoint) +
           ",\n"
           "    azure_ad_token_provider=token_provider,\n"
           "    api_version=" +
           pythonLiteral(target.apiVersion) +
           ",\n"
           "    default_headers={\"x-gh-application\": " +
           pythonLiteral(headerValue(target.service)) +
           "},\n"
           ")\n"
           "response = client.chat.completions.create(\n"
           "    model=" +
           pythonLiteral(target.deployment) +
           ",\n"
           "    messages=[{\"role\": \"user\", \"content\": \"Hello\"}],\n"
           "    max_tokens=200,\n"
           ")\n"
           "print(response.choices[0].message.content)\n";
}

std::string node(const ConnectTarget& target)
{
    return "// npm install openai @azure/identity\n"
           "import { DefaultAzureCredential, getBearerTokenProvider } from \"@azure/identity\";\n"
           "import { AzureOpenAI } from \"openai\";\n"
           "\n"
           "const azureADTokenProvider = getBearerTokenProvider(\n"
           "  new DefaultAzureCredential(),\n"
           "  " +
           scriptLiteral(target.scope) +
           ",\n"
           ");\n"
           "const client = new AzureOpenAI({\n"
           "  endpoint: " +
           scriptLiteral(target.endpoint) +
           ",\n"
           "  azureADTokenProvider,\n"
           "  apiVersion: " +
           scriptLiteral(target.apiVersion) +
           ",\n"
           "  defaultHeaders: { \"x-gh-application\": " +
           scriptLiteral(headerValue(target.service)) +
           " },\n"
           "});\n"
           "const response = await client.chat.completions.create({\n"
           "  model: " +
           scriptLiteral(target.deployment) +
           ",\n"
           "  messages: [{ role: \"user\", content: \"Hello\" }],\n"
           "  max_tokens: 200,\n"
           "});\n"
           "console.log(response.choices[0].message.content);\n";
}

std::string csharp(const ConnectTarget& target)
{
    return "// dotnet add package Azure.AI.OpenAI\n"
           "// dotnet add package Azure.Identity\n"
           "using System.ClientModel.Primitives;\n"
           "using Azure.AI.OpenAI;\n"
           "using Azure.Identity;\n"
           "using OpenAI.Chat;\n"
           "\n"
           "var options = new AzureOpenAIClientOptions\n"
           "{\n"
           "    Audience = new AzureOpenAIAudience(" +
           csharpLiteral(target.scope) +
           "),\n"
           "};\n"
           "options.AddPolicy(new BusinessTag(" +
           csharpLiteral(headerValue(target.service)) +
           "), PipelinePosition.PerCall);\n"
           "var azure = new AzureOpenAIClient(\n"
           "    new Uri(" +
           csharpLiteral(target.endpoint) +
           "),\n"
           "    new DefaultAzureCredential(),\n"
           "    options);\n"
           "ChatClient chat = azure.GetChatClient(" +
           csharpLiteral(target.deployment) +
           ");\n"
           "ChatCompletion completion = await chat.CompleteChatAsync(\"Hello\");\n"
           "Console.WriteLine(completion.Content[0].Text);\n"
           "\n"
           "sealed class BusinessTag(string service) : PipelinePolicy\n"
           "{\n"
           "    public override void Process(\n"
           "        PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int index)\n"
           "    {\n"
           "        message.Request.Headers.Set(\"x-gh-application\", service);\n"
           "        ProcessNext(message, pipeline, index);\n"
           "    }\n"
           "\n"
           "    public override ValueTask ProcessAsync(\n"
           "        PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int index)\n"
           "    {\n"
           "        message.Request.Headers.Set(\"x-gh-application\", service);\n"
           "        return ProcessNextAsync(message, pipeline, index);\n"
           "    }\n"
           "}\n";
}

std::string curl(const ConnectTarget& target)
{
    return "#!/usr/bin/env bash\n"
           "# Signs in as whoever `az login` signed in; the token never shows up in the list of processes.\n"
           "set -euo pipefail\n"
           "token=\"$(az account get-access-token --scope " +
           shellWord(target.scope) +
           " --query accessToken --output tsv)\"\n"
           "curl --silent --show-error --fail-with-body --max-time 60 \\\n"
           "  --header @<(printf 'Authorization: Bearer %s' \"$token\") \\\n"
           "  --header 'Content-Type: application/json' \\\n"
           "  --header " +
           shellWord("x-gh-application: " + headerValue(target.service)) +
           " \\\n"
           "  --data '{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"max_tokens\":200}' \\\n"
           "  --url " +
           shellWord(target.endpoint + "/openai/deployments/" + percentEncode(target.deployment) +
                     "/chat/completions?api-version=" + percentEncode(target.apiVersion)) +
           "\n";
}

std::string kubernetes(const ConnectTarget& target)
{
    const std::string name = kubernetesName(target.service, "your-service");
    const std::string account = yamlLiteral(name);
    const std::string space = yamlLiteral(kubernetesName(target.kubernetesNamespace, "default"));
    return "# Checklist\n"
           "# 1. The cluster has the OIDC issuer and workload identity on.\n"
           "# 2. The managed identity below has a federated credential for this service account:\n"
           "#    system:serviceaccount:" +
           kubernetesName(target.kubernetesNamespace, "default") + ":" + name +
           "\n"
           "# 3. The identity has the app role AI.User of the gateway.\n"
           "# 4. The service account carries the annotation, the pod the label, and it names the account.\n"
           "# 5. AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_DEPLOYMENT_NAME are set; there is no key anywhere.\n"
           "apiVersion: v1\n"
           "kind: ServiceAccount\n"
           "metadata:\n"
           "  name: " +
           account + "\n  namespace: " + space +
           "\n"
           "  annotations:\n"
           "    azure.workload.identity/client-id: " +
           yamlLiteral(target.clientId) +
           "\n"
           "---\n"
           "apiVersion: apps/v1\n"
           "kind: Deployment\n"
           "metadata:\n"
           "  name: " +
           account + "\n  namespace: " + space +
           "\n"
           "spec:\n"
           "  replicas: 1\n"
           "  selector:\n"
           "    matchLabels:\n"
           "      app: " +
           account +
           "\n"
           "  template:\n"
           "    metadata:\n"
           "      labels:\n"
           "        app: " +
           account +
           "\n"
           "        azure.workload.identity/use: \"true\"\n"
           "    spec:\n"
           "      serviceAccountName: " +
           account +
           "\n"
           "      containers:\n"
           "        - name: " +
           account +
           "\n"
           "          image: " +
           yamlLiteral("YOUR-REGISTRY.azurecr.io/" + name + ":latest") +
           "\n"
           "          env:\n"
           "            - name: AZURE_OPENAI_ENDPOINT\n"
           "              value: " +
           yamlLiteral(target.endpoint) +
           "\n"
           "            - name: AZURE_OPENAI_DEPLOYMENT_NAME\n"
           "              value: " +
           yamlLiteral(target.deployment) + "\n";
}

} // namespace

std::string snippetText(Snippet snippet, const ConnectTarget& target)
{
    const ConnectTarget whole = filled(target);
    switch (snippet) {
    case Snippet::Python:
        return python(whole);
    case Snippet::Node:
        return node(whole);
    case Snippet::CSharp:
        return csharp(whole);
    case Snippet::Curl:
        return curl(whole);
    case Snippet::Kubernetes:
        break;
    }
    return kubernetes(whole);
}

} // namespace gatehouse::rag
