// SPDX-License-Identifier: GPL-3.0-or-later
// @azure/arm-resourcegraph: the discovery query, page by page, and what is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import { arm, stack } from './stack.mjs';

const client = new ResourceGraphClient(arm.credential, {
  endpoint: arm.options.endpoint,
  credentials: { scopes: arm.options.credentialScopes },
  retryOptions: { maxRetries: 0 },
});
const discovery = `resources
  | where type in~ ('microsoft.apimanagement/service', 'microsoft.cognitiveservices/accounts', 'microsoft.operationalinsights/workspaces')
  | project id, name, type, location, properties
  | order by name asc`;

test('resources are found page by page', async () => {
  const seen = [];
  let skipToken;
  do {
    const page = await client.resources({ query: discovery, subscriptions: [stack.subscriptionId], options: { top: 2, skipToken } });
    assert.equal(page.totalRecords, 5);
    assert.ok(page.count <= 2);
    seen.push(...page.data.map((row) => row.name));
    skipToken = page.skipToken;
  } while (skipToken);
  assert.deepEqual(seen, ['aoai-eastus', 'aoai-westeurope', 'aoai-westus', stack.apimService, 'log-ai-gateway']);
});

test('posture is read from the properties', async () => {
  const { data } = await client.resources({
    query: `resources | where type == 'microsoft.cognitiveservices/accounts'
      | where tostring(properties.publicNetworkAccess) == 'Disabled' | project name, id`,
  });
  assert.ok(data.some((row) => row.name === 'aoai-westeurope'));
});

test('a table comes as columns and rows', async () => {
  const answer = await client.resources({ query: 'resources | summarize n = count()', options: { resultFormat: 'table' } });
  assert.deepEqual(answer.data.columns.map((column) => column.name), ['n']);
  assert.deepEqual(answer.data.rows, [[5]]);
});

test('another subscription has nothing, and a wrong query is refused', async () => {
  const other = await client.resources({ query: 'resources', subscriptions: ['00000000-0000-0000-0000-000000000000'] });
  assert.equal(other.totalRecords, 0);
  await assert.rejects(client.resources({ query: 'resources | frobnicate' }), { statusCode: 400 });
  await assert.rejects(client.resources({ query: 'resources', facets: [{ expression: 'type' }] }), { statusCode: 400 });
});
