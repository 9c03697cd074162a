// graphql-request: the smallest client, with typed documents.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ClientError, GraphQLClient, gql } from "graphql-request";

import { CREATE, CONVERSATION_BY_ID } from "./documents/conversations.ts";
import { ME, PERSON } from "./documents/people.ts";
import { unmask } from "./generated/index.ts";
import { Person } from "./support/people.ts";
import { HTTP } from "./support/server.ts";

const person = await Person.register();
const client = new GraphQLClient(HTTP, { headers: () => ({ authorization: person.authorization }) });

test("a query as text is answered", async () => {
  const answer = await client.request<{ viewer: { user: { id: string } } }>(gql`
    {
      viewer {
        user {
          id
        }
      }
    }
  `);
  assert.deepEqual(answer, { viewer: { user: { id: person.id } } });
});

test("a typed document gives typed data", async () => {
  const { viewer } = await client.request(ME);
  assert.ok(viewer);
  const me = unmask(PERSON, viewer.user);
  assert.equal(me.id, person.id);
  assert.equal(me.email, person.email);
  assert.equal(me.fullName, null);
  assert.equal(me.role, "MEMBER");
  assert.ok(!Number.isNaN(Date.parse(me.createdAt)));
});

test("a mutation takes variables of every kind of scalar", async () => {
  const metadata = { colour: "blue", deep: [1, { two: null }] };
  const { createConversation } = await client.request(CREATE, { input: { title: "Ünïcode — 漢字 🜁", metadata } });
  const { node } = await client.request(CONVERSATION_BY_ID, { id: createConversation.conversation.id });
  assert.equal(node.__typename, "Conversation");
  assert.equal(node.__typename === "Conversation" ? node.title : null, "Ünïcode — 漢字 🜁");
});

async function failure(asking: Promise<unknown>): Promise<ClientError> {
  const error = await asking.then(
    () => assert.fail("it was answered"),
    (error: unknown) => error,
  );
  assert.ok(error instanceof ClientError, String(error));
  return error;
}

test("an error carries its code, its path and the fields at fault", async () => {
  const foreign = await failure(client.request(CONVERSATION_BY_ID, { id: "conv_00000000000000000000000000" }));
  assert.equal(foreign.response.errors?.[0]?.extensions["code"], "NOT_FOUND");
  assert.deepEqual(foreign.response.errors?.[0]?.path, ["node"]);

  const tooLong = await failure(client.request(CREATE, { input: { title: "x".repeat(256) } }));
  const [error] = tooLong.response.errors ?? [];
  assert.equal(error?.extensions["code"], "BAD_USER_INPUT");
  assert.deepEqual(
    (error?.extensions["fields"] as { path: string }[]).map(({ path }) => path),
    ["input.title"],
  );
});

test("nobody is told so, and a bad token too, with the status of it", async () => {
  const nobody = await failure(new GraphQLClient(HTTP).request(CREATE, { input: {} }));
  assert.equal(nobody.response.errors?.[0]?.extensions["code"], "UNAUTHENTICATED");

  const headers = { authorization: "Bearer no.such.token" };
  const badToken = await failure(new GraphQLClient(HTTP, { headers }).request(ME));
  assert.equal(badToken.response.errors?.[0]?.extensions["code"], "UNAUTHENTICATED");
  assert.equal(badToken.response.status, 401);
});

test("a document that is refused says what is wrong with it", async () => {
  const unknown = await failure(client.request("{ viewer { user { id shoeSize } } }"));
  assert.equal(unknown.response.errors?.[0]?.extensions["code"], "BAD_USER_INPUT");
  assert.match(unknown.response.errors?.[0]?.message ?? "", /shoeSize/);
});
