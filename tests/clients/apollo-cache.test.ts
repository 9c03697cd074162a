// Apollo Client: its cache follows what the server gives back, by id and page by page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { HttpLink } from "@apollo/client";

import { CONVERSATIONS, CONVERSATION_BY_ID, CREATE, RENAME } from "./documents/conversations.ts";
import { ME, PERSON } from "./documents/people.ts";
import { unmask } from "./generated/index.ts";
import { apollo } from "./support/apollo.ts";
import { Person } from "./support/people.ts";
import { recorder } from "./support/recorder.ts";
import { HTTP } from "./support/server.ts";

async function setUp(titles: string[] = []) {
  const person = await Person.register();
  const { fetch, exchanges } = recorder();
  const client = apollo(person, new HttpLink({ uri: HTTP, fetch }));
  const ids: string[] = [];
  for (const title of titles) {
    const { data } = await client.mutate({ mutation: CREATE, variables: { input: { title } } });
    ids.push(data?.createConversation.conversation.id ?? "");
  }
  return { person, client, exchanges, ids };
}

test("a query is answered in the media type of GraphQL, and then from the cache", async () => {
  const { person, client, exchanges } = await setUp();
  const first = await client.query({ query: ME });
  assert.equal(unmask(PERSON, first.data?.viewer?.user)?.email, person.email);
  assert.equal(exchanges[0]?.answered, "application/graphql-response+json");

  const second = await client.query({ query: ME });
  assert.deepEqual(second.data, first.data);
  assert.equal(exchanges.length, 1);
});

test("what a mutation gives back changes what a query shows, without asking again", async () => {
  const { client, exchanges, ids } = await setUp(["one", "two"]);
  const titles: string[][] = [];
  const list = client.watchQuery({ query: CONVERSATIONS, variables: { first: 10 } });
  await new Promise<void>((resolve, reject) => {
    list.subscribe({
      error: reject,
      next: ({ data, dataState }) => {
        if (dataState !== "complete") return;
        titles.push((data.viewer?.conversations.edges ?? []).map(({ node }) => node.title));
        if (titles.length === 1) {
          const variables = { conversationId: ids[0] ?? "", title: "renamed" };
          client.mutate({ mutation: RENAME, variables }).catch(reject);
        } else {
          resolve();
        }
      },
    });
  });
  assert.deepEqual(titles.map((page) => page.sort()), [
    ["one", "two"],
    ["renamed", "two"],
  ]);
  const asked = exchanges.map(({ body }) => body?.["operationName"]);
  assert.deepEqual(asked, ["Create", "Create", "Conversations", "Rename"]);
});

test("an object is kept once under its type and id, whichever way it was reached", async () => {
  const { client, ids } = await setUp(["here"]);
  const id = ids[0] ?? "";
  await client.query({ query: CONVERSATIONS, variables: { first: 1 } });
  await client.query({ query: CONVERSATION_BY_ID, variables: { id } });
  const kept = client.cache.extract() as Record<string, Record<string, unknown> | undefined>;
  const conversations = Object.keys(kept).filter((key) => key.startsWith("Conversation:"));
  assert.deepEqual(conversations, [`Conversation:${id}`]);
  assert.equal(kept[`Conversation:${id}`]?.["title"], "here");
  // Nothing that has an id is kept inside of something else.
  assert.doesNotMatch(JSON.stringify(kept["ROOT_QUERY"]), /"title"/);
});

test("pages of a connection are merged behind one another", async () => {
  const { client, exchanges } = await setUp(["a", "b", "c", "d", "e"]);
  const list = client.watchQuery({ query: CONVERSATIONS, variables: { first: 2 } });
  const shown = () => client.readQuery({ query: CONVERSATIONS, variables: { first: 2 } })?.viewer?.conversations;
  const watching = list.subscribe(() => {});
  await list.refetch();
  assert.deepEqual(shown()?.edges.map(({ node }) => node.title), ["e", "d"]);
  for (const titles of [4, 5]) {
    await list.fetchMore({ variables: { after: shown()?.pageInfo.endCursor ?? null } });
    assert.equal(shown()?.edges.length, titles);
  }
  assert.equal(shown()?.pageInfo.hasNextPage, false);
  assert.deepEqual(shown()?.edges.map(({ node }) => node.title), ["e", "d", "c", "b", "a"]);
  assert.equal(shown()?.totalCount, 5);
  assert.equal(exchanges.filter(({ body }) => body?.["operationName"] === "Conversations").length, 3);
  watching.unsubscribe();
});

test("the same query is answered by GET, with a header that a foreign page cannot send", async () => {
  const { person } = await setUp(["got"]);
  const { fetch, exchanges } = recorder();
  const headers = { "apollo-require-preflight": "true" };
  const client = apollo(person, new HttpLink({ uri: HTTP, fetch, useGETForQueries: true, headers }));
  const { data } = await client.query({ query: CONVERSATIONS, variables: { first: 1 } });
  assert.deepEqual(data?.viewer?.conversations.edges.map(({ node }) => node.title), ["got"]);
  assert.deepEqual(exchanges.map(({ method, status }) => [method, status]), [["GET", 200]]);
});
