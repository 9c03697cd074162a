// Relay: what its compiler makes of documents with refetchable connections, run by its runtime.

import assert from "node:assert/strict";
import { test } from "node:test";

import { GraphQLClient } from "graphql-request";
import {
  type ConcreteRequest,
  Environment,
  type GraphQLResponse,
  Network,
  RecordSource,
  Store,
  type Variables,
  commitMutation,
  createOperationDescriptor,
  getSingularSelector,
} from "relay-runtime";

import { CREATE, SEND } from "./documents/conversations.ts";
import pageQuery from "./relay/__generated__/conversationsPageQuery.graphql.ts";
import listQuery from "./relay/__generated__/conversationsQuery.graphql.ts";
import renaming, { type conversationsRenameMutation } from "./relay/__generated__/conversationsRenameMutation.graphql.ts";
import line, { type conversations_line$data } from "./relay/__generated__/conversations_line.graphql.ts";
import list, { type conversations_viewer$data } from "./relay/__generated__/conversations_viewer.graphql.ts";
import conversation, { type messages_conversation$data } from "./relay/__generated__/messages_conversation.graphql.ts";
import earlierQuery from "./relay/__generated__/messagesPageQuery.graphql.ts";
import conversationQuery from "./relay/__generated__/messagesQuery.graphql.ts";
import { Person } from "./support/people.ts";
import { HTTP } from "./support/server.ts";

const person = await Person.register();
const client = new GraphQLClient(HTTP, { headers: { authorization: person.authorization } });

function environment(): Environment {
  const network = Network.create(async ({ text }, variables) => {
    const response = await fetch(HTTP, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: person.authorization },
      body: JSON.stringify({ query: text, variables }),
    });
    return (await response.json()) as GraphQLResponse;
  });
  return new Environment({ network, store: new Store(new RecordSource()) });
}

/** Asks, keeps the answer in the store, and gives back what the operation itself may see of it. */
async function run(where: Environment, request: ConcreteRequest, variables: Variables): Promise<Record<string, unknown>> {
  const operation = createOperationDescriptor(request, variables);
  where.retain(operation);
  await where.execute({ operation }).toPromise();
  return where.lookup(operation.fragment).data as Record<string, unknown>;
}

/** What a fragment shows of the object that `reference` stands for. */
function read<Data>(where: Environment, fragment: typeof list, reference: unknown): Data {
  const selector = getSingularSelector(fragment, reference);
  assert.ok(selector);
  return where.lookup(selector).data as unknown as Data;
}

async function make(titles: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const title of titles) {
    const { createConversation } = await client.request(CREATE, { input: { title } });
    ids.push(createConversation.conversation.id);
  }
  return ids;
}

test("a connection loads more with the query that the compiler made of its fragment", async () => {
  await make(["a", "b", "c", "d", "e"]);
  const where = environment();
  const first = await run(where, listQuery, { count: 2, cursor: null });
  const shown = () => read<conversations_viewer$data>(where, list, first["viewer"]).conversations;
  const titles = () => shown().edges.map(({ node }) => node.title);
  assert.deepEqual(titles(), ["e", "d"]);
  assert.equal(shown().totalCount, 5);
  for (const expected of [["e", "d", "c", "b"], ["e", "d", "c", "b", "a"]]) {
    const { pageInfo } = shown() as unknown as { pageInfo: { endCursor: string; hasNextPage: boolean } };
    assert.equal(pageInfo.hasNextPage, true);
    await run(where, pageQuery, { count: 2, cursor: pageInfo.endCursor });
    assert.deepEqual(titles(), expected);
  }
});

test("a mutation changes the object in the store, and every fragment that shows it", async () => {
  await make(["before"]);
  const where = environment();
  const first = await run(where, listQuery, { count: 1, cursor: null });
  const [edge] = read<conversations_viewer$data>(where, list, first["viewer"]).conversations.edges;
  const shown = () => read<conversations_line$data>(where, line, edge?.node);
  assert.equal(shown().title, "before");
  await new Promise<void>((resolve, reject) => {
    commitMutation<conversationsRenameMutation>(where, {
      mutation: renaming,
      variables: { input: { conversationId: shown().id, title: "after" } },
      onCompleted: () => resolve(),
      onError: reject,
    });
  });
  assert.equal(shown().title, "after");
  assert.equal(shown().costUsd, "0");
});

test("an object is fetched again by its id, and its own connection loads more", async () => {
  const [conversationId = ""] = await make(["talk"]);
  for (const text of ["One?", "Two?"]) {
    await client.request(SEND, { input: { conversationId, text, model: "extractive", waitForReply: true } });
  }
  const where = environment();
  const first = await run(where, conversationQuery, { id: conversationId });
  const node = first["node"] as { conversation: unknown };
  const all = read<messages_conversation$data>(where, conversation, node.conversation).messages.edges;
  const roles = all.map(({ node: message }) => message.role);
  assert.deepEqual(roles, ["ASSISTANT", "USER", "ASSISTANT", "USER"]);
  assert.deepEqual([all[1]?.node.content, all[3]?.node.content], ["Two?", "One?"]);

  // A page at a time, in a store that has seen nothing yet.
  const fresh = environment();
  let cursor: string | null = null;
  for (const expected of [1, 2, 3, 4]) {
    const page = await run(fresh, earlierQuery, { id: conversationId, count: 1, cursor });
    const { messages } = read<messages_conversation$data>(fresh, conversation, page["node"]);
    assert.deepEqual(
      messages.edges.map(({ node: message }) => message.id),
      all.slice(0, expected).map(({ node: message }) => message.id),
    );
    cursor = (messages as unknown as { pageInfo: { endCursor: string } }).pageInfo.endCursor;
  }
});
