// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"
#include "core/local/http/httpserver.h"
#include "core/local/identity/authenticator.h"
#include "core/local/identity/identity.h"
#include "tests/support/manualclock.h"

#include <QtCore/QTemporaryDir>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::local::test {

using gatehouse::test::ManualClock;

/// One table of given chunks.
class FixedTable final : public kql::TableSource
{
public:
    explicit FixedTable(std::shared_ptr<const Table> table)
        : m_table(std::move(table))
    {
        for (const Column& column : m_table->columns())
            m_schema.push_back({column.name(), column.type()});
    }
    const std::vector<kql::SchemaColumn>& schema() const override { return m_schema; }
    std::vector<std::shared_ptr<const Table>> scan(const std::optional<TimeRange>&,
                                                   std::span<const std::string>) const override
    {
        return {m_table};
    }

private:
    std::shared_ptr<const Table> m_table;
    std::vector<kql::SchemaColumn> m_schema;
};

class FixedCatalog final : public kql::Catalog
{
public:
    std::shared_ptr<const kql::TableSource> find(std::string_view name) const override
    {
        const auto found = tables.find(name);
        return found == tables.end() ? nullptr : found->second;
    }
    std::vector<std::string> tableNames() const override { return {}; }

    std::map<std::string, std::shared_ptr<const kql::TableSource>, std::less<>> tables;
};

/// Server, identity and ARM over a seeded store in a directory of their own, and clients for them.
class PlatformHarness
{
public:
    explicit PlatformHarness(const std::string& approve = {})
    {
        const std::string path = directory.path().toStdString();
        server = std::move(*HttpServer::bind({}));
        resources = *ResourceStore::open(path + "/resources.sqlite");
        seeded = seedResources(*resources);
        shareKey(path + "/identity/signing-key.pem");
        identity = *Identity::open({path, server->origin(), personaByKey(approve)}, clock);
        authenticator =
            std::make_unique<TokenAuthenticator>(identity->tokens(), *resources, server->origin());
        identity->addRoutes(router);
        addArmRoutes(router, {*resources, catalog, clock, server->origin()});
    }

    /// After the test added its own routes.
    void start() { server->start(router, *authenticator, log); }

    [[nodiscard]] httplib::Client client() const { return httplib::Client(server->origin()); }

    [[nodiscard]] std::string token(const std::string& persona,
                                    std::string_view audience = seed::ArmAudience) const
    {
        EntraError error;
        const auto scopes = parseScopes(std::string(audience) + "/.default", error);
        TokenService::Options options;
        options.issuer = server->origin() + "/" + std::string(seed::TenantId) + "/v2.0";
        return textAt(identity->tokens().answer({personaByKey(persona), {}, false}, *scopes, options),
                      "access_token");
    }
    [[nodiscard]] httplib::Headers bearer(const std::string& persona,
                                          std::string_view audience = seed::ArmAudience) const
    {
        return {{"Authorization", "Bearer " + token(persona, audience)}};
    }

    /// Making a key takes long; one serves all tests of the program.
    static void shareKey(const std::string& path)
    {
        static std::string key;
        (void)makeDirectory(path.substr(0, path.rfind('/')));
        if (key.empty()) {
            const QTemporaryDir first;
            (void)SigningKey::open(first.path().toStdString());
            key = *readFile(first.path().toStdString() + "/identity/signing-key.pem");
        }
        (void)atomicWrite(path, key);
    }

    QTemporaryDir directory;
    ManualClock clock;
    Log log{clock};
    FixedCatalog catalog;
    Status seeded;
    Router router;
    std::unique_ptr<ResourceStore> resources;
    std::unique_ptr<Identity> identity;
    std::unique_ptr<TokenAuthenticator> authenticator;
    std::unique_ptr<HttpServer> server;
};

inline Json jsonOf(const httplib::Result& result)
{
    return result ? parseJson(result->body).value_or(Json()) : Json();
}

/// error.code of an answer.
inline std::string codeOf(const httplib::Result& result)
{
    return textAt(memberAt(jsonOf(result), "error"), "code");
}

} // namespace gatehouse::local::test
