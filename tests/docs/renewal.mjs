// What session.ts promises of tokens that end: one exchange for all who ask, and another try after one that failed.

import assert from "node:assert/strict";
import { Session, ask } from "./out/session.js";

const LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { accessToken refreshToken expiresAt } }";
const input = { identifier: "demo@elenchus.local", password: "demo-elenchus-2026" };
const { login } = await ask(LOGIN, { input });
const session = new Session({ ...login, expiresAt: new Date(Date.now() + 30_000).toISOString() });

const real = globalThis.fetch;
let exchanges = 0;
let broken = true;
globalThis.fetch = (address, init) => {
  exchanges += init.body.includes("refreshSession") ? 1 : 0;
  return broken ? Promise.reject(new TypeError("the network is away")) : real(address, init);
};

const all = () => Promise.allSettled([1, 2, 3, 4, 5].map(() => session.token()));
assert.deepEqual(new Set((await all()).map(({ status }) => status)), new Set(["rejected"]));
assert.equal(exchanges, 1);
broken = false;
const tokens = new Set((await all()).map(({ value }) => value));
assert.equal(tokens.size, 1);
assert.equal(exchanges, 2);
const [token] = tokens;
const { viewer } = await ask("{ viewer { user { email } } }", {}, token);
assert.equal(viewer.user.email, "demo@elenchus.local");
assert.equal(await session.token(), token);
assert.equal(exchanges, 2);
