// Apollo Client over graphql-ws: a token that ends, a connection that breaks, and an answer that loses nothing by it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApolloClient, ApolloLink } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { type Client, type ClientOptions, createClient } from "graphql-ws";
import { map } from "rxjs";

import { RENAME } from "./documents/conversations.ts";
import { FOLLOW } from "./documents/generations.ts";
import { ME } from "./documents/people.ts";
import { ask } from "./support/ask.ts";
import { cache, failure } from "./support/apollo.ts";
import { Person } from "./support/people.ts";
import { SOCKET } from "./support/server.ts";
import { sockets } from "./support/socket.ts";
import { Story } from "./support/story.ts";

/** Lets a subscription that is sent again go on behind the last step that came: its variables follow the cursor. */
const resume = new ApolloLink((operation, forward) =>
  forward(operation).pipe(
    map((result) => {
      const event: unknown = Object.values(result.data ?? {})[0];
      if (event && typeof event === "object" && "cursor" in event) operation.variables["after"] = event.cursor;
      return result;
    }),
  ),
);

function connect(
  connectionParams: () => Promise<Record<string, string>> | Record<string, string>,
  options: Partial<ClientOptions> = {},
) {
  const { Socket, opened } = sockets();
  const closed: number[] = [];
  let acknowledged = 0;
  const socket: Client = createClient({
    url: SOCKET,
    webSocketImpl: Socket,
    retryAttempts: Infinity,
    connectionParams,
    ...options,
    on: {
      closed: (event) => closed.push((event as { code: number }).code),
      connected: () => {
        acknowledged += 1;
      },
    },
  });
  const client = new ApolloClient({ cache: cache(), link: resume.concat(new GraphQLWsLink(socket)) });
  return { client, socket, opened, closed, acknowledged: () => acknowledged };
}

function follow(client: ApolloClient, id: string, story: Story): Promise<void> {
  return new Promise((resolve, reject) => {
    client.subscribe({ query: FOLLOW, variables: { id } }).subscribe({
      next: ({ data, error }) => {
        if (error) reject(error);
        if (data) story.see(data.generation);
      },
      error: reject,
      complete: resolve,
    });
  });
}

test("when a token ends the server closes with 4403, and the client comes back with a fresh one", async () => {
  const person = await Person.register();
  const { id, answer } = await ask(person);
  let connections = 0;
  const { client, socket, closed, acknowledged } = connect(async () => {
    connections += 1;
    // The first token ends soon; for every later connection the client exchanges its refresh token.
    return { Authorization: `Bearer ${connections === 1 ? person.tokenEndingIn(3) : await person.refresh()}` };
  });
  const story = new Story();
  const following = follow(client, id, story);
  await answer.say("The first", " half");
  await story.shows("The first half");
  await new Promise<void>((resolve) => socket.on("closed", () => resolve()));
  // Said while nobody listens.
  await answer.say(" and the");
  await story.shows("The first half and the");
  await answer.say(" second.");
  await answer.end();
  await following;
  await story.ends("The first half and the second.");
  assert.deepEqual(closed.slice(0, 1), [4403]);
  assert.deepEqual([acknowledged(), person.refreshes], [2, 1]);
  await socket.dispose();
});

test("a connection that breaks, again and again, costs no step and repeats none", async () => {
  const person = await Person.register();
  const { id, answer } = await ask(person);
  const { client, socket, opened, acknowledged } = connect(
    () => ({ Authorization: person.authorization }),
    { retryWait: async () => {} },
  );
  const story = new Story();
  const following = follow(client, id, story);
  for (const [time, words] of [["one", " two"], [" three", " four"], [" five", " six"]].entries()) {
    await answer.say(words[0] ?? "");
    await story.shows(answer.text);
    assert.equal(opened.length, time + 1);
    opened.at(-1)?.terminate();
    await answer.say(words[1] ?? "");
  }
  await answer.end();
  await following;
  await story.ends("one two three four five six");
  assert.equal(acknowledged(), 4);
  await socket.dispose();
});

test("a token that never held is refused with 4403, and the next attempt with a good one goes through", async () => {
  const person = await Person.register();
  let tries = 0;
  const { client, socket, closed } = connect(() => {
    tries += 1;
    return { Authorization: tries === 1 ? "Bearer no.such.token" : person.authorization };
  });
  const { data } = await client.query({ query: ME });
  assert.equal(data?.viewer?.user.id, person.id);
  assert.deepEqual([closed.slice(0, 1), tries], [[4403], 2]);
  await socket.dispose();
});

test("errors come over the socket as they do over HTTP", async () => {
  const person = await Person.register();
  const { client, socket } = connect(() => ({ Authorization: person.authorization }));
  const variables = { conversationId: "conv_00000000000000000000000000", title: "mine" };
  const field = await failure(client.mutate({ mutation: RENAME, variables }));
  assert.equal(field.errors[0]?.extensions?.["code"], "NOT_FOUND");

  const unfit = { conversationId: null, title: "" } as unknown as typeof variables;
  const document = await failure(client.mutate({ mutation: RENAME, variables: unfit }));
  assert.equal(document.errors[0]?.extensions?.["code"], "BAD_USER_INPUT");

  const stranger = await Person.register();
  const { id, answer } = await ask(stranger);
  const story = new Story();
  const foreign = await failure(follow(client, id, story));
  assert.equal(foreign.errors[0]?.extensions?.["code"], "NOT_FOUND");
  assert.equal(story.cursor, null);
  await answer.end();
  await socket.dispose();
});
