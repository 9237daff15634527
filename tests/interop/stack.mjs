// SPDX-License-Identifier: GPL-3.0-or-later
// What every interop test needs: the stack's ready line and a device-code sign-in through msal-node.
import { PublicClientApplication } from '@azure/msal-node';

export const stack = JSON.parse(process.env.GATEHOUSE_READY);

// The certificate names localhost too; msal compares authorities by host.
export const origin = stack.origin.replace('127.0.0.1', 'localhost');

export function signInApplication() {
  return new PublicClientApplication({
    auth: {
      clientId: stack.clientId,
      authority: `${origin}/${stack.tenantId}`,
      knownAuthorities: [new URL(origin).host],
    },
  });
}

let signedIn;

// One account for all tests: the first call runs the device-code flow, later ones redeem its refresh token.
export async function tokenFor(audience) {
  const scopes = [`${audience}/.default`];
  if (signedIn === undefined) {
    const app = signInApplication();
    const codes = [];
    const first = await app.acquireTokenByDeviceCode({
      scopes,
      deviceCodeCallback: (code) => codes.push(code),
    });
    signedIn = { app, account: first.account, codes, first };
    return first;
  }
  return signedIn.app.acquireTokenSilent({ scopes, account: signedIn.account });
}

export const deviceCodes = () => signedIn?.codes ?? [];

export function credentialFor(audience) {
  return {
    async getToken() {
      const token = await tokenFor(audience);
      return { token: token.accessToken, expiresOnTimestamp: token.expiresOn.getTime() };
    },
  };
}

// The address and the credential that every Resource Manager client takes.
export const arm = {
  credential: credentialFor(stack.audiences.arm),
  options: { endpoint: origin, credentialScopes: [`${stack.audiences.arm}/.default`], retryOptions: { maxRetries: 0 } },
};

// A RestError with this status (and code, where one is named).
export const refusal = (statusCode, code) => (error) => {
  if (error.statusCode !== statusCode || (code !== undefined && error.code !== code)) throw error;
  return error.name === 'RestError';
};

export async function collect(pages) {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
}
