// Apollo Client: automatic persisted queries.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { HttpLink } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";

import { CONVERSATIONS } from "./documents/conversations.ts";
import { apollo } from "./support/apollo.ts";
import { Person } from "./support/people.ts";
import { recorder } from "./support/recorder.ts";
import { HTTP } from "./support/server.ts";

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

interface Answer {
  errors?: { message: string; extensions: Record<string, unknown> }[];
  data?: unknown;
}

async function post(request: object): Promise<Answer> {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const response = await fetch(HTTP, { method: "POST", headers, body: JSON.stringify(request) });
  return (await response.json()) as Answer;
}

function persisting(person: Person, useGETForHashedQueries = false) {
  const { fetch, exchanges } = recorder();
  const http = new HttpLink({ uri: HTTP, fetch, headers: { "apollo-require-preflight": "true" } });
  const client = apollo(person, new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(http));
  return { client, exchanges };
}

test("a hash that nobody knows is answered PERSISTED_QUERY_NOT_FOUND", async () => {
  const person = await Person.register();
  const { errors, data } = await post({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256(person.id) } } });
  assert.equal(errors?.[0]?.message, "PersistedQueryNotFound");
  assert.deepEqual(errors?.[0]?.extensions, { code: "PERSISTED_QUERY_NOT_FOUND" });
  assert.equal(data, undefined);
});

test("a document travels once; after that its hash is enough, for other clients too", async () => {
  const person = await Person.register();
  const { client, exchanges } = persisting(person);
  const options = { query: CONVERSATIONS, variables: { first: 1 }, fetchPolicy: "network-only" } as const;
  const first = await client.query(options);
  assert.equal(first.data?.viewer?.conversations.totalCount, 0);
  const second = await client.query(options);
  assert.deepEqual(second.data, first.data);
  const sent = exchanges.map(({ body }) => [body?.["query"] !== undefined, body?.["extensions"] !== undefined]);
  assert.deepEqual(sent, [[false, true], [true, true], [false, true]]);

  const another = persisting(await Person.register());
  const third = await another.client.query(options);
  assert.equal(third.data?.viewer?.conversations.totalCount, 0);
  assert.deepEqual(another.exchanges.map(({ body, status }) => [body?.["query"], status]), [[undefined, 200]]);

  const byGet = persisting(person, true);
  const fourth = await byGet.client.query(options);
  assert.deepEqual(fourth.data, first.data);
  assert.deepEqual(byGet.exchanges.map(({ method, status }) => [method, status]), [["GET", 200]]);
});

test("a document under the hash of another is refused, and not kept", async () => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(`{ __typename } # ${crypto.randomUUID()}`) } };
  const refused = await post({ query: "{ viewer { user { id } } }", extensions });
  assert.equal(refused.errors?.[0]?.extensions["code"], "BAD_USER_INPUT");
  const unknown = await post({ extensions });
  assert.equal(unknown.errors?.[0]?.extensions["code"], "PERSISTED_QUERY_NOT_FOUND");
});
