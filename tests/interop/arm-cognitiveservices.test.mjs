// SPDX-License-Identifier: GPL-3.0-or-later
// @azure/arm-cognitiveservices: accounts, deployments within their quota, content filters.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CognitiveServicesManagementClient } from '@azure/arm-cognitiveservices';
import { arm, collect, refusal, stack } from './stack.mjs';

const client = new CognitiveServicesManagementClient(arm.credential, stack.subscriptionId, arm.options);
const group = stack.resourceGroup;
const account = 'aoai-westus';
const names = async (pages) => (await collect(pages)).map((item) => item.name);
const regions = ['aoai-eastus', 'aoai-westeurope', 'aoai-westus'];

const usageOf = async (model) =>
  (await collect(client.usages.list('westus'))).find((usage) => usage.name.value === `OpenAI.Standard.${model}`);

test('accounts are listed and read', async () => {
  assert.deepEqual((await names(client.accounts.listByResourceGroup(group))).sort(), regions);
  assert.deepEqual((await names(client.accounts.list())).sort(), regions);
  const one = await client.accounts.get(group, 'aoai-westeurope');
  assert.equal(one.kind, 'OpenAI');
  assert.equal(one.properties.publicNetworkAccess, 'Disabled');
  assert.equal(one.properties.privateEndpointConnections[0].properties.privateLinkServiceConnectionState.status, 'Approved');
  const { value } = await client.privateEndpointConnections.list(group, 'aoai-westeurope');
  assert.equal(value.length, 1);
  await assert.rejects(client.accounts.get(group, 'no-such-account'), refusal(404, 'ResourceNotFound'));
});

test('an account is changed, and its keys go off', async () => {
  assert.ok((await client.accounts.listKeys(group, account)).key1.length > 0);
  const { key1 } = await client.accounts.listKeys(group, account);
  assert.notEqual((await client.accounts.regenerateKey(group, account, 'Key1')).key1, key1);
  const changed = await client.accounts.beginUpdateAndWait(group, account, {
    tags: { team: 'platform' },
    properties: { disableLocalAuth: true, publicNetworkAccess: 'Disabled' },
  });
  assert.equal(changed.properties.disableLocalAuth, true);
  assert.equal(changed.tags.team, 'platform');
  await assert.rejects(client.accounts.listKeys(group, account), refusal(400));
});

test('deployments take of the quota and give it back', async () => {
  assert.ok((await names(client.deployments.list(group, account))).includes('gpt-4o'));
  const before = await usageOf('gpt-4o');
  const body = (capacity) => ({
    sku: { name: 'Standard', capacity },
    properties: { model: { format: 'OpenAI', name: 'gpt-4o', version: '2024-11-20' } },
  });
  const made = await client.deployments.beginCreateOrUpdateAndWait(group, account, 'second', body(10));
  assert.equal(made.properties.provisioningState, 'Succeeded');
  assert.ok(made.etag.length > 0);
  assert.equal((await usageOf('gpt-4o')).currentValue, before.currentValue + 10);
  const grown = await client.deployments.beginUpdateAndWait(group, account, 'second', { sku: { name: 'Standard', capacity: 20 } });
  assert.equal(grown.sku.capacity, 20);
  assert.equal((await client.deployments.get(group, account, 'second')).properties.rateLimits.find((rate) => rate.key === 'token').count, 20000);
  await assert.rejects(
    client.deployments.beginCreateOrUpdateAndWait(group, account, 'third', body(before.limit)),
    refusal(400, 'InsufficientQuota'),
  );
  await client.deployments.beginDeleteAndWait(group, account, 'second');
  await assert.rejects(client.deployments.get(group, account, 'second'), refusal(404));
  assert.equal((await usageOf('gpt-4o')).currentValue, before.currentValue);
});

// Azure has the ETag in the body and asks for no If-Match; on this computer one that is sent is honoured.
test('a write that names a stale version is refused', async () => {
  const { etag } = await client.deployments.get(group, account, 'gpt-4o-mini');
  const change = (capacity, ifMatch) =>
    client.deployments.beginUpdateAndWait(group, account, 'gpt-4o-mini', { sku: { name: 'Standard', capacity } }, {
      requestOptions: { customHeaders: { 'If-Match': ifMatch } },
    });
  assert.equal((await change(900, etag)).sku.capacity, 900);
  await assert.rejects(change(800, etag), refusal(412, 'PreconditionFailed'));
  const { sku } = await client.deployments.get(group, account, 'gpt-4o-mini');
  assert.equal(sku.capacity, 900);
});

test('models are on offer', async () => {
  const models = await collect(client.models.list('westus'));
  const gpt = models.find((each) => each.model.name === 'gpt-4o');
  assert.equal(gpt.model.skus[0].usageName, 'OpenAI.Standard.gpt-4o');
});

test('content filters', async () => {
  const filters = [{ name: 'Hate', enabled: true, blocking: true, severityThreshold: 'Low', source: 'Prompt' }];
  const mine = { properties: { mode: 'Blocking', basePolicyName: 'Microsoft.DefaultV2', contentFilters: filters } };
  assert.ok((await names(client.raiPolicies.list(group, account))).includes('Microsoft.DefaultV2'));
  const made = await client.raiPolicies.createOrUpdate(group, account, 'mine', mine);
  assert.equal(made.properties.type, 'UserManaged');
  assert.deepEqual((await client.raiPolicies.get(group, account, 'mine')).properties.contentFilters, filters);
  await assert.rejects(client.raiPolicies.createOrUpdate(group, account, 'Microsoft.DefaultV2', mine), refusal(400));
  await client.raiPolicies.beginDeleteAndWait(group, account, 'mine');
  await assert.rejects(client.raiPolicies.get(group, account, 'mine'), refusal(404));
});
