// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogsQueryClient } from '@azure/monitor-query-logs';
import { AzureOpenAI } from 'openai';
import { credentialFor, deviceCodes, origin, stack, tokenFor } from './stack.mjs';

const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

test('msal-node signs in with a device code', async () => {
  const result = await tokenFor(stack.audiences.logs);
  const [code] = deviceCodes();
  assert.match(code.userCode, /^[A-Z0-9]{6,}$/);
  assert.ok(code.verificationUri.startsWith('http'));
  assert.equal(result.tenantId, stack.tenantId);
  assert.ok(result.account.username.length > 0);
  assert.equal(claims(result.accessToken).aud, stack.audiences.logs);
});

test('msal-node redeems one refresh token for another resource', async () => {
  const arm = await tokenFor(stack.audiences.arm);
  assert.equal(claims(arm.accessToken).aud, stack.audiences.arm);
  const gateway = await tokenFor(stack.audiences.gateway);
  assert.equal(claims(gateway.accessToken).aud, stack.audiences.gateway);
  assert.ok(claims(gateway.accessToken).roles.includes('AI.User'));
});

const logs = new LogsQueryClient(credentialFor(stack.audiences.logs), { endpoint: `${origin}/v1` });
const lastDay = { duration: 'P1D' };
const ask = (query, options) => logs.queryWorkspace(stack.workspaceId, query, lastDay, options);

test('monitor-query-logs reads every type', async () => {
  const answer = await ask(
    `print b=true, i=int(7), l=9007199254740993, r=0.5, d=decimal(1.25), t=datetime(2026-01-02T03:04:05.1234567Z),
      s=1d, g=guid(74be27de-1e4e-49d9-b579-fe0b331d3642), str='text', dyn=dynamic({"a":[1,2]})`,
  );
  assert.equal(answer.status, 'Success');
  const [table] = answer.tables;
  assert.deepEqual(
    table.columnDescriptors.map((column) => column.type),
    ['bool', 'int', 'long', 'real', 'decimal', 'datetime', 'timespan', 'guid', 'string', 'dynamic'],
  );
  const [row] = table.rows;
  assert.equal(row[0], true);
  assert.equal(row[1], 7);
  assert.equal(row[3], 0.5);
  assert.equal(new Date(row[5]).toISOString(), '2026-01-02T03:04:05.123Z');
  assert.equal(row[8], 'text');
  assert.deepEqual(typeof row[9] === 'string' ? JSON.parse(row[9]) : row[9], { a: [1, 2] });
});

test('monitor-query-logs queries the sample data', async () => {
  const answer = await ask('ApiManagementGatewayLogs | summarize Requests = count() by BackendId | order by Requests desc');
  assert.equal(answer.status, 'Success');
  assert.ok(answer.tables[0].rows.length > 0);
});

test('monitor-query-logs gets statistics and the chart', async () => {
  const answer = await ask('print x=1, y=2 | render columnchart with (title="One")', {
    includeQueryStatistics: true,
    includeVisualization: true,
  });
  assert.equal(answer.visualization.visualization, 'columnchart');
  assert.equal(answer.visualization.title, 'One');
  assert.ok(Object.keys(answer.statistics).length > 0);
});

test('monitor-query-logs sees the whole result as partial when rows are cut', async () => {
  const answer = await ask('range x from 1 to 500001 step 1');
  assert.equal(answer.status, 'PartialFailure');
  assert.equal(answer.partialTables[0].rows.length, 500000);
  assert.equal(answer.partialError.code, 'PartialError');
});

test('monitor-query-logs throws what the service says', async () => {
  await assert.rejects(ask('NoSuchTable | take 1'), (error) => {
    assert.equal(error.statusCode, 400);
    assert.equal(error.code, 'BadArgumentError');
    return true;
  });
});

const openai = (deployment) =>
  new AzureOpenAI({
    baseURL: `${origin}/openai/deployments/${deployment}`,
    apiVersion: '2024-10-21',
    azureADTokenProvider: async () => (await tokenFor(stack.audiences.gateway)).accessToken,
    maxRetries: 0,
  });
const messages = [{ role: 'user', content: 'Say something short about gateways.' }];

test('openai completes a chat', async () => {
  const answer = await openai('gpt-4o').chat.completions.create({ model: 'gpt-4o', messages });
  assert.ok(answer.choices[0].message.content.length > 0);
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
});

test('openai streams a chat', async () => {
  const stream = await openai('gpt-4o-mini').chat.completions.create({
    model: 'gpt-4o-mini',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let finished;
  let usage;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    finished = chunk.choices[0]?.finish_reason ?? finished;
    usage = chunk.usage ?? usage;
  }
  assert.ok(text.length > 0);
  assert.equal(finished, 'stop');
  assert.ok(usage.total_tokens > 0);
});

test('openai embeds, as floats and as base64', async () => {
  const client = openai('text-embedding-3-small');
  const input = ['the first text', 'the second text'];
  const packed = await client.embeddings.create({ model: 'text-embedding-3-small', input });
  const floats = await client.embeddings.create({ model: 'text-embedding-3-small', input, encoding_format: 'float' });
  assert.equal(packed.data.length, 2);
  assert.equal(packed.data[0].embedding.length, 1536);
  floats.data[0].embedding.forEach((value, i) => assert.ok(Math.abs(value - packed.data[0].embedding[i]) < 1e-6));
});

test('openai shows the gateway\'s error', async () => {
  await assert.rejects(openai('gpt-4o').chat.completions.create({ model: 'gpt-4o', messages: [] }), (error) => {
    assert.equal(error.status, 400);
    assert.ok(error.headers.get('x-gh-attempts') !== null);
    return true;
  });
  await assert.rejects(openai('no-such-deployment').chat.completions.create({ model: 'x', messages }), { status: 404 });
});

test('a call is in the logs once it is answered', async () => {
  const { response } = await openai('gpt-4o').chat.completions.create({ model: 'gpt-4o', messages }).withResponse();
  const id = response.headers.get('x-ms-request-id');
  assert.match(id, /^[0-9a-f-]{36}$/);
  const answer = await ask(
    `ApiManagementGatewayLogs | where CorrelationId == '${id}'
     | join kind=leftouter (ApiManagementGatewayLlmLog | where DeploymentName != '') on CorrelationId
     | project ResponseCode, DeploymentName, TotalTokens`,
  );
  assert.equal(answer.tables[0].rows.length, 1);
  const [status, deployment, tokens] = answer.tables[0].rows[0];
  assert.equal(status, 200);
  assert.equal(deployment, 'gpt-4o');
  assert.ok(tokens > 0);
});
