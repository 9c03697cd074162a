// The client that people use for subscriptions, graphql-ws, against a running server, with a token that ends.
//
//     SECRET_KEY=… node reconnect.mjs --url http://127.0.0.1:8000
//
// The server must have been started with the same SECRET_KEY: a token of this test is signed anew so that it ends in
// seconds, where those that the server gives live a minute at least.

import { test } from "node:test";
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { parseArgs } from "node:util";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const { values } = parseArgs({ options: { url: { type: "string" } } });
const secret = process.env.SECRET_KEY;
if (!values.url || !secret) throw new Error("needs --url and the server's SECRET_KEY");
const url = `${values.url}/graphql`;
const socketUrl = `${url.replace(/^http/, "ws")}/ws`;

async function ask(query, variables, token) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

async function account(name) {
  const input = { email: `${name}@example.org`, password: "a long enough password" };
  const data = await ask("mutation ($input: RegisterInput!) { register(input: $input) { accessToken } }", { input });
  const create = "mutation { createConversation(input: {}) { conversation { id } } }";
  const { accessToken } = data.register;
  return { token: accessToken, conversation: (await ask(create, {}, accessToken)).createConversation.conversation.id };
}

const encode = (value) => Buffer.from(value).toString("base64url");

/** The same token, but that it ends in so many seconds. */
function ending(token, seconds) {
  const [header, claims] = token.split(".");
  const said = JSON.parse(Buffer.from(claims, "base64url").toString());
  said.exp = Math.floor(Date.now() / 1000) + seconds;
  const signed = `${header}.${encode(JSON.stringify(said))}`;
  const key = createHmac("sha256", secret).update("access-token").digest();
  return `${signed}.${encode(createHmac("sha256", key).update(signed).digest())}`;
}

const FOLLOW = `subscription ($id: ID!) { conversation(id: $id) { __typename } }`;
const RENAME = `mutation ($input: UpdateConversationInput!) { updateConversation(input: $input) { conversation { id } } }`;

/** A client that notes what happens to it; `tokens` are used one by one, the last one for ever. */
function client(tokens, options = {}) {
  const seen = { connected: 0, closes: [] };
  let waiting = [];
  const graphql = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    retryAttempts: 5,
    retryWait: () => Promise.resolve(),
    connectionParams: () => ({ Authorization: `Bearer ${tokens.length > 1 ? tokens.shift() : tokens[0]}` }),
    ...options,
    on: {
      connected: () => {
        seen.connected += 1;
        waiting = waiting.filter(({ count, resolve }) => seen.connected < count || resolve());
      },
      closed: ({ code, reason }) => seen.closes.push([code, reason]),
    },
  });
  const connected = (count) =>
    new Promise((resolve) => (seen.connected >= count ? resolve() : waiting.push({ count, resolve })));
  return { graphql, seen, connected };
}

test("a subscription goes on over the end of its token", async () => {
  const { token, conversation } = await account("over-the-end");
  const { graphql, seen, connected } = client([ending(token, 2), token]);
  const events = graphql.iterate({ query: FOLLOW, variables: { id: conversation } });
  const first = events.next();
  await connected(2);
  assert.deepEqual(seen.closes, [[4403, "Forbidden"]]);
  // The client subscribes again right after it is let in; until it has, a change is nobody's news.
  let heard;
  first.then((event) => (heard = event));
  for (let count = 0; !heard; count += 1) {
    await ask(RENAME, { input: { conversationId: conversation, title: `Title ${count}` } }, token);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(heard.value.errors, undefined);
  assert.equal(heard.value.data.conversation.__typename, "ConversationChanged");
  assert.equal(seen.connected, 2);
  await events.return();
  await graphql.dispose();
});

test("a token that has ended is exchanged by the next try", async () => {
  const { token, conversation } = await account("ended-before");
  const { graphql, seen } = client([ending(token, -5), "nonsense", token]);
  const events = graphql.iterate({ query: "{ viewer { conversations { totalCount } } }", variables: { id: conversation } });
  const { value } = await events.next();
  assert.deepEqual(value, { data: { viewer: { conversations: { totalCount: 1 } } } });
  assert.equal(seen.connected, 1);
  assert.deepEqual(seen.closes.slice(0, 2), [[4403, "Forbidden"], [4403, "Forbidden"]]);
  await graphql.dispose();
});

test("tries end where no token will do", async () => {
  const { graphql, seen } = client(["nonsense"], { retryAttempts: 2 });
  const events = graphql.iterate({ query: "{ __typename }" });
  await assert.rejects(events.next(), ({ code }) => code === 4403);
  assert.equal(seen.closes.length, 3);
  await graphql.dispose();
});

test("what cannot run is an error of its operation, not the end of the socket", async () => {
  const { token } = await account("validation");
  const { graphql, seen } = client([token], { lazy: false });
  await assert.rejects(graphql.iterate({ query: "subscription { nothing }" }).next(), ([error]) => {
    return error.extensions.code === "BAD_USER_INPUT";
  });
  const { value } = await graphql.iterate({ query: "{ __typename }" }).next();
  assert.deepEqual(value, { data: { __typename: "Query" } });
  assert.deepEqual(seen.closes, []);
  await graphql.dispose();
});
