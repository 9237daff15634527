// SPDX-License-Identifier: GPL-3.0-or-later
// Microsoft's clients in the hands of a Reader: everything can be seen but secrets, nothing can be changed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiManagementClient } from '@azure/arm-apimanagement';
import { CognitiveServicesManagementClient } from '@azure/arm-cognitiveservices';
import { arm, collect, refusal, stack } from './stack.mjs';

const apim = new ApiManagementClient(arm.credential, stack.subscriptionId, arm.options);
const accounts = new CognitiveServicesManagementClient(arm.credential, stack.subscriptionId, arm.options);
const at = [stack.resourceGroup, stack.apimService];
const account = [stack.resourceGroup, 'aoai-westus'];

test('a reader reads', async () => {
  assert.equal((await collect(apim.subscription.list(...at))).length, 10);
  assert.ok((await apim.backend.get(...at, 'aoai-eastus')).eTag.length > 0);
  assert.ok((await apim.namedValue.get(...at, 'gatehouse-directory')).value.length > 0);
  assert.equal((await collect(accounts.accounts.list())).length, 3);
});

const value = '<policies><inbound><base /></inbound></policies>';
const attempts = {
  'makes a backend': () => apim.backend.createOrUpdate(...at, 'mine', { url: 'https://a.example', protocol: 'http' }),
  'changes a backend': () => apim.backend.update(...at, 'aoai-eastus', '*', { title: 'mine' }),
  'removes a backend': () => apim.backend.delete(...at, 'aoai-pool', '*'),
  'changes a product': () => apim.product.update(...at, 'ai-platform', '*', { state: 'notPublished' }),
  'removes a product': () => apim.product.delete(...at, 'ai-platform', '*', { deleteSubscriptions: true }),
  'makes a subscription': () => apim.subscription.createOrUpdate(...at, 'mine', { displayName: 'M', scope: '/products/ai-platform' }),
  'sees keys': () => apim.subscription.listSecrets(...at, 'fraud-review'),
  'makes new keys': () => apim.subscription.regeneratePrimaryKey(...at, 'fraud-review'),
  'changes the policy of the service': () => apim.policy.createOrUpdate(...at, 'policy', { value }),
  'changes the policy of a product': () => apim.productPolicy.createOrUpdate(...at, 'ai-platform', 'policy', { value }),
  'removes the policy of an API': () => apim.apiPolicy.delete(...at, 'azure-openai', 'policy', '*'),
  'changes a fragment': () => apim.policyFragment.beginCreateOrUpdateAndWait(...at, 'gatehouse-quotas', { value: '<fragment />' }),
  'changes the directory': () => apim.namedValue.beginUpdateAndWait(...at, 'gatehouse-directory', '*', { value: '{}' }),
  'sees the value of a named value': () => apim.namedValue.listValue(...at, 'gatehouse-directory'),
  'changes an account': () => accounts.accounts.beginUpdateAndWait(...account, { tags: {} }),
  'sees keys of an account': () => accounts.accounts.listKeys(...account),
  'changes a deployment': () => accounts.deployments.beginUpdateAndWait(...account, 'gpt-4o', { sku: { name: 'Standard', capacity: 1 } }),
  'removes a deployment': () => accounts.deployments.beginDeleteAndWait(...account, 'gpt-4o'),
  'removes a content filter': () => accounts.raiPolicies.beginDeleteAndWait(...account, 'contoso-strict'),
};

for (const [what, attempt] of Object.entries(attempts))
  test(`nobody with a Reader's role ${what}`, () => assert.rejects(attempt(), refusal(403, 'AuthorizationFailed')));
