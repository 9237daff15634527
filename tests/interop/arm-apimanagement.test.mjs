// SPDX-License-Identifier: GPL-3.0-or-later
// @azure/arm-apimanagement: every kind of entity is listed, read, made, changed and removed under its ETag.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiManagementClient } from '@azure/arm-apimanagement';
import { arm, collect, refusal, stack } from './stack.mjs';

const client = new ApiManagementClient(arm.credential, stack.subscriptionId, arm.options);
const at = [stack.resourceGroup, stack.apimService];
const names = async (pages) => (await collect(pages)).map((item) => item.name);

// What all entities have in common. create and update say what is written, changed(entity) that update took hold.
async function lifeOf(operations, id, { create, update, changed }) {
  const put = operations.beginCreateOrUpdateAndWait ?? operations.createOrUpdate;
  const patch = operations.beginUpdateAndWait ?? operations.update;
  const remove = operations.beginDeleteAndWait ?? operations.delete;
  const list = operations.listByService ?? operations.list;

  await assert.rejects(operations.get(...at, id), refusal(404));
  await put.call(operations, ...at, id, create);
  const first = (await operations.getEntityTag(...at, id)).eTag;
  assert.match(first, /^".+"$/);
  assert.equal((await operations.get(...at, id)).eTag, first);
  assert.ok((await names(list.call(operations, ...at))).includes(id));

  await patch.call(operations, ...at, id, first, update);
  const entity = await operations.get(...at, id);
  assert.notEqual(entity.eTag, first);
  assert.ok(changed(entity));

  await assert.rejects(patch.call(operations, ...at, id, first, update), refusal(412, 'PreconditionFailed'));
  await assert.rejects(put.call(operations, ...at, id, create, { ifMatch: first }), refusal(412, 'PreconditionFailed'));
  await assert.rejects(remove.call(operations, ...at, id, first), refusal(412, 'PreconditionFailed'));
  assert.equal((await operations.get(...at, id)).eTag, entity.eTag);

  await put.call(operations, ...at, id, create, { ifMatch: entity.eTag });
  const last = (await operations.getEntityTag(...at, id)).eTag;
  await remove.call(operations, ...at, id, last);
  await assert.rejects(operations.get(...at, id), refusal(404));
}

test('the service is found and read', async () => {
  const service = await client.apiManagementService.get(...at);
  assert.equal(service.name, stack.apimService);
  assert.ok(service.gatewayUrl.startsWith('https://'));
  assert.deepEqual(await names(client.apiManagementService.listByResourceGroup(stack.resourceGroup)), [stack.apimService]);
  assert.deepEqual(await names(client.apiManagementService.list()), [stack.apimService]);
});

test('lists come in pages', async () => {
  const pages = [];
  for await (const page of client.subscription.list(...at, { top: 4 }).byPage()) pages.push(page.length);
  assert.deepEqual(pages, [4, 4, 2]);
  assert.equal((await collect(client.subscription.list(...at, { filter: "displayName eq 'Fraud review'" }))).length, 1);
});

test('backends', async () => {
  await lifeOf(client.backend, 'spare', {
    create: { url: 'https://spare.example/openai', protocol: 'http', title: 'Spare' },
    update: { title: 'Another', circuitBreaker: { rules: [{ name: 'r', failureCondition: { count: 3, interval: 'PT1M', statusCodeRanges: [{ min: 500, max: 599 }] }, tripDuration: 'PT1M' }] } },
    changed: (entity) => entity.title === 'Another' && entity.circuitBreaker.rules[0].failureCondition.count === 3,
  });
  const pool = await client.backend.get(...at, 'aoai-pool');
  assert.equal(pool.typePropertiesType, 'Pool');
  assert.deepEqual(pool.pool.services.map((service) => service.priority), [1, 2, 3]);
  const { eTag } = await client.backend.getEntityTag(...at, 'aoai-westus');
  await assert.rejects(client.backend.delete(...at, 'aoai-westus', eTag), refusal(400, 'ValidationError'));
});

test('a pool is written as it was read', async () => {
  const { eTag, pool, title } = await client.backend.get(...at, 'aoai-pool');
  const written = await client.backend.createOrUpdate(...at, 'aoai-pool', { typePropertiesType: 'Pool', title, pool }, { ifMatch: eTag });
  assert.deepEqual(written.pool, pool);
});

test('products, and what they have', async () => {
  await lifeOf(client.product, 'trial', {
    create: { displayName: 'Trial', state: 'notPublished' },
    update: { state: 'published', description: 'For a week' },
    changed: (entity) => entity.state === 'published' && entity.displayName === 'Trial',
  });
  assert.deepEqual(await names(client.productApi.listByProduct(...at, 'ai-platform')), ['azure-openai']);
  assert.ok((await names(client.productGroup.listByProduct(...at, 'ai-platform'))).includes('administrators'));
  assert.equal((await names(client.productSubscriptions.list(...at, 'ai-platform', { top: 3 }))).length, 10);
});

test('a product goes with its subscriptions only when that is said', async () => {
  const product = await client.product.createOrUpdate(...at, 'short', { displayName: 'Short' });
  await client.subscription.createOrUpdate(...at, 'short-one', { displayName: 'One', scope: '/products/short' });
  await assert.rejects(client.product.delete(...at, 'short', product.eTag), refusal(400, 'ValidationError'));
  await client.product.delete(...at, 'short', product.eTag, { deleteSubscriptions: true });
  await assert.rejects(client.subscription.get(...at, 'short-one'), refusal(404));
});

test('subscriptions and their keys', async () => {
  await lifeOf(client.subscription, 'newcomer', {
    create: { displayName: 'Newcomer', scope: '/products/ai-platform' },
    update: { state: 'suspended' },
    changed: (entity) => entity.state === 'suspended' && entity.primaryKey === undefined,
  });
  const before = await client.subscription.listSecrets(...at, 'hr-assistant');
  await client.subscription.regeneratePrimaryKey(...at, 'hr-assistant');
  const after = await client.subscription.listSecrets(...at, 'hr-assistant');
  assert.notEqual(after.primaryKey, before.primaryKey);
  assert.equal(after.secondaryKey, before.secondaryKey);
  await client.subscription.regenerateSecondaryKey(...at, 'hr-assistant');
  assert.notEqual((await client.subscription.listSecrets(...at, 'hr-assistant')).secondaryKey, before.secondaryKey);
});

test('named values', async () => {
  await lifeOf(client.namedValue, 'limit', {
    create: { displayName: 'limit', value: '100', tags: ['limits'] },
    update: { value: '200' },
    changed: (entity) => entity.value === '200' && entity.displayName === 'limit',
  });
  await client.namedValue.beginCreateOrUpdateAndWait(...at, 'hidden', { displayName: 'hidden', value: 'a-secret', secret: true });
  const hidden = await client.namedValue.get(...at, 'hidden');
  assert.equal(hidden.value, undefined);
  assert.equal(hidden.secret, true);
  assert.equal((await client.namedValue.listValue(...at, 'hidden')).value, 'a-secret');
  await assert.rejects(client.namedValue.beginRefreshSecretAndWait(...at, 'hidden'), refusal(400, 'ValidationError'));
  await assert.rejects(
    client.namedValue.beginCreateOrUpdateAndWait(...at, 'bad', { displayName: 'a b', value: 'x' }),
    refusal(400, 'ValidationError'),
  );
  await client.namedValue.delete(...at, 'hidden', hidden.eTag);
  const directory = JSON.parse((await client.namedValue.get(...at, 'gatehouse-directory')).value);
  assert.equal(directory.services.length, 10);
});

test('apis', async () => {
  await lifeOf(client.api, 'other', {
    create: { displayName: 'Other', path: 'other', protocols: ['https'] },
    update: { description: 'Changed' },
    changed: (entity) => entity.description === 'Changed' && entity.path === 'other',
  });
});

const document = (inbound) =>
  `<policies><inbound><base />${inbound}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;

// The document as the service sent it: the client reads the JSON of an API's policy as XML and loses the value.
async function readPolicy(operations, scope, format) {
  let value;
  const onResponse = (raw) => (value = JSON.parse(raw.bodyAsText).properties?.value);
  const { eTag } = await operations.get(...at, ...scope, 'policy', { format, onResponse });
  return { value, eTag };
}

// Policies have no PATCH; a scope without one answers 404, which means that it inherits.
async function policyLife(operations, ...scope) {
  const old = await readPolicy(operations, scope, 'rawxml').catch((error) => {
    assert.equal(error.statusCode, 404);
    return undefined;
  });
  const value = document('<set-variable name="tier" value="@(context.Request.Method == "POST" ? "a" : "b")" />');
  await operations.createOrUpdate(...at, ...scope, 'policy', { format: 'rawxml', value }, { ifMatch: old?.eTag });
  const written = await readPolicy(operations, scope, 'rawxml');
  assert.equal(written.value, value);
  assert.equal((await operations.getEntityTag(...at, ...scope, 'policy')).eTag, written.eTag);
  const escaped = await readPolicy(operations, scope, 'xml');
  assert.ok(escaped.value.includes('&quot;POST&quot;'));
  const next = { format: 'rawxml', value: document('<set-variable name="tier" value="c" />') };
  await operations.createOrUpdate(...at, ...scope, 'policy', next, { ifMatch: written.eTag });
  await assert.rejects(
    operations.createOrUpdate(...at, ...scope, 'policy', next, { ifMatch: written.eTag }),
    refusal(412, 'PreconditionFailed'),
  );
  await assert.rejects(operations.delete(...at, ...scope, 'policy', written.eTag), refusal(412, 'PreconditionFailed'));
  await assert.rejects(
    operations.createOrUpdate(...at, ...scope, 'policy', { format: 'rawxml', value: '<policies><inbound>' }),
    (error) => refusal(400, 'ValidationError')(error) && error.details.error.details[0].message.includes('line'),
  );
  const { eTag } = await operations.getEntityTag(...at, ...scope, 'policy');
  if (old === undefined) {
    await operations.delete(...at, ...scope, 'policy', eTag);
    await assert.rejects(operations.get(...at, ...scope, 'policy'), refusal(404));
  } else {
    await operations.createOrUpdate(...at, ...scope, 'policy', { format: 'rawxml', value: old.value }, { ifMatch: eTag });
  }
}

test('the policy of a product', () => policyLife(client.productPolicy, 'ai-platform'));
test('the policy of an API', () => policyLife(client.apiPolicy, 'azure-openai'));

test('the policy of the service', async () => {
  const policy = await client.policy.get(...at, 'policy', { format: 'rawxml' });
  const { value } = policy;
  await client.policy.createOrUpdate(...at, 'policy', { format: 'rawxml', value }, { ifMatch: policy.eTag });
  await assert.rejects(
    client.policy.createOrUpdate(...at, 'policy', { format: 'rawxml', value }, { ifMatch: policy.eTag }),
    refusal(412, 'PreconditionFailed'),
  );
  assert.ok((await collect(client.allPolicies.listByService(...at))).some((each) => each.referencePolicyId === '/policies/policy'));
  assert.deepEqual(await collect(client.policyRestriction.listByService(...at)), []);
});

test('policy fragments', async () => {
  const fragments = client.policyFragment;
  const value = '<fragment><set-variable name="a" value="b" /></fragment>';
  await fragments.beginCreateOrUpdateAndWait(...at, 'piece', { format: 'rawxml', value, description: 'One' });
  const first = await fragments.get(...at, 'piece', { format: 'rawxml' });
  assert.equal(first.value, value);
  assert.equal((await fragments.getEntityTag(...at, 'piece')).eTag, first.eTag);
  await fragments.beginCreateOrUpdateAndWait(...at, 'piece', { format: 'rawxml', value, description: 'Two' }, { ifMatch: first.eTag });
  await assert.rejects(
    fragments.beginCreateOrUpdateAndWait(...at, 'piece', { format: 'rawxml', value }, { ifMatch: first.eTag }),
    refusal(412, 'PreconditionFailed'),
  );
  await assert.rejects(fragments.delete(...at, 'piece', first.eTag), refusal(412, 'PreconditionFailed'));
  assert.ok((await names(fragments.listByService(...at))).includes('piece'));
  await fragments.delete(...at, 'piece', (await fragments.getEntityTag(...at, 'piece')).eTag);

  const used = await fragments.listReferences(...at, 'gatehouse-quotas');
  assert.ok(used.value[0].id.endsWith('/apis/azure-openai/policies/policy'));
  const { eTag } = await fragments.getEntityTag(...at, 'gatehouse-quotas');
  await assert.rejects(fragments.delete(...at, 'gatehouse-quotas', eTag), refusal(400, 'ValidationError'));
});
