// Apollo Client: what its error link sees, and what an application does with it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApolloClient, CombinedGraphQLErrors, HttpLink } from "@apollo/client";
import { ErrorLink } from "@apollo/client/link/error";
import { from, switchMap } from "rxjs";

import { CONVERSATION_BY_ID, RENAME } from "./documents/conversations.ts";
import { ME, REGISTER } from "./documents/people.ts";
import { cache, failure, signedIn } from "./support/apollo.ts";
import { Person } from "./support/people.ts";
import { recorder } from "./support/recorder.ts";
import { HTTP } from "./support/server.ts";

const person = await Person.register();

/** A client that writes down the code of every error that its error link sees. */
function listening(who: Person) {
  const codes: unknown[] = [];
  const { fetch, exchanges } = recorder();
  const errors = new ErrorLink(({ error }) => {
    if (CombinedGraphQLErrors.is(error)) codes.push(...error.errors.map(({ extensions }) => extensions?.["code"]));
    else codes.push(error);
  });
  const client = new ApolloClient({
    cache: cache(),
    link: errors.concat(signedIn(who)).concat(new HttpLink({ uri: HTTP, fetch })),
  });
  return { client, codes, exchanges };
}

test("a failed field reaches the error link with its code, and the query with its path", async () => {
  const { client, codes, exchanges } = listening(person);
  const variables = { id: "conv_00000000000000000000000000" };
  const error = await failure(client.query({ query: CONVERSATION_BY_ID, variables }));
  assert.deepEqual(codes, ["NOT_FOUND"]);
  assert.deepEqual(error.errors[0]?.path, ["node"]);
  assert.equal(exchanges[0]?.status, 200);
});

test("an input that is refused names its fields", async () => {
  const { client, codes } = listening(person);
  const variables = { input: { email: "nobody", password: "short" } };
  const error = await failure(client.mutate({ mutation: REGISTER, variables }));
  assert.deepEqual(codes, ["BAD_USER_INPUT"]);
  const fields = error.errors[0]?.extensions?.["fields"] as { path: string; message: string }[];
  assert.deepEqual(fields.map(({ path }) => path).sort(), ["input.email", "input.password"]);
});

test("variables that do not fit are refused before anything runs", async () => {
  const { client, codes, exchanges } = listening(person);
  // What a client without types might send.
  const variables = { conversationId: "conv_0", title: 7 } as unknown as { conversationId: string; title: string };
  await failure(client.mutate({ mutation: RENAME, variables }));
  assert.deepEqual(codes, ["BAD_USER_INPUT"]);
  assert.equal(exchanges[0]?.status, 400);
});

test("a token that does not hold is exchanged, and the operation goes out again", async () => {
  const who = await Person.register();
  who.accessToken = `${who.accessToken}x`;
  const { fetch, exchanges } = recorder();
  const renewal = new ErrorLink(({ error, operation, forward }) => {
    const refused =
      CombinedGraphQLErrors.is(error) && error.errors.some(({ extensions }) => extensions?.["code"] === "UNAUTHENTICATED");
    if (!refused || who.refreshes > 0) return;
    return from(who.refresh()).pipe(switchMap(() => forward(operation)));
  });
  const client = new ApolloClient({
    cache: cache(),
    link: renewal.concat(signedIn(who)).concat(new HttpLink({ uri: HTTP, fetch })),
  });
  const { data } = await client.query({ query: ME });
  assert.equal(data?.viewer?.user.id, who.id);
  assert.deepEqual(exchanges.map(({ status }) => status), [401, 200]);
});
