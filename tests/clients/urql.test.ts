// urql: over HTTP, and subscriptions over each of the transports that it can be set up with.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { type AnyVariables, Client, cacheExchange, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";
import { onEnd, pipe, subscribe } from "wonka";

import { CONVERSATION_BY_ID, CREATE, RENAME } from "./documents/conversations.ts";
import { FOLLOW } from "./documents/generations.ts";
import { ME, PERSON } from "./documents/people.ts";
import { unmask } from "./generated/index.ts";
import { ask } from "./support/ask.ts";
import { Person } from "./support/people.ts";
import { recorder } from "./support/recorder.ts";
import { HTTP, SOCKET } from "./support/server.ts";
import { Socket } from "./support/socket.ts";
import { Story } from "./support/story.ts";

const person = await Person.register();
const headers = () => ({ authorization: person.authorization });
const { fetch, exchanges } = recorder();
const base = { url: HTTP, fetch, fetchOptions: () => ({ headers: headers() }), preferGetMethod: false } as const;

const socket = createSocketClient({
  url: SOCKET,
  webSocketImpl: Socket,
  connectionParams: () => ({ Authorization: person.authorization }),
});
const events = createSseClient({ url: HTTP, headers });
after(async () => {
  await socket.dispose();
  events.dispose();
});

const overSocket = new Client({
  ...base,
  exchanges: [
    cacheExchange,
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: (request) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe({ ...request, query: request.query ?? "" }, sink),
        }),
      }),
    }),
  ],
});

const overEvents = new Client({
  ...base,
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: (request) => ({
        subscribe: (sink) => ({
          unsubscribe: events.subscribe({ ...request, query: request.query ?? "" }, sink),
        }),
      }),
    }),
  ],
});

/** urql's own reader of streamed responses, asking for `accept`, or for what it asks for by itself. */
function overFetch(accept?: string): Client {
  const fetchOptions = () => ({ headers: { ...headers(), ...(accept ? { accept } : {}) } });
  return new Client({ ...base, fetchOptions, fetchSubscriptions: true, exchanges: [fetchExchange] });
}

test("a query is answered, and again from the cache until a mutation touches its types", async () => {
  const made = await overSocket.mutation(CREATE, { input: { title: "first" } });
  const id = made.data?.createConversation.conversation.id ?? "";
  const before = exchanges.length;
  const titles: unknown[] = [];
  for (const title of ["first", "first", "second"]) {
    if (title === "second") {
      const renamed = await overSocket.mutation(RENAME, { conversationId: id, title });
      assert.equal(renamed.error, undefined);
    }
    const { data, error } = await overSocket.query(CONVERSATION_BY_ID, { id });
    assert.equal(error, undefined);
    titles.push(data && "title" in data.node ? data.node.title : null);
  }
  assert.deepEqual(titles, ["first", "first", "second"]);
  assert.deepEqual(
    exchanges.slice(before).map(({ body }) => body?.["operationName"]),
    ["ConversationById", "Rename", "ConversationById"],
  );
});

test("a typed document gives typed data", async () => {
  const { data } = await overSocket.query(ME, {});
  assert.equal(unmask(PERSON, data?.viewer?.user)?.email, person.email);
});

test("an error carries its code", async () => {
  const { data, error } = await overSocket.query(CONVERSATION_BY_ID, { id: "conv_00000000000000000000000000" });
  assert.equal(data?.node, undefined);
  assert.deepEqual(error?.graphQLErrors.map(({ extensions }) => extensions["code"]), ["NOT_FOUND"]);
  assert.equal(error?.networkError, undefined);
});

/** Follows until the source itself ends. */
function follow(client: Client, id: string, story: Story, codes: unknown[] = []): Promise<void> {
  return new Promise((resolve) => {
    pipe(
      client.subscription(FOLLOW, { id, after: null }),
      onEnd(resolve),
      subscribe(({ data, error, hasNext }) => {
        // At the end urql shows its last result once more, and says that nothing is next.
        if (!hasNext) return;
        if (error) codes.push(...error.graphQLErrors.map(({ extensions }) => extensions["code"]));
        else if (data) story.see(data.generation);
      }),
    );
  });
}

const TRANSPORTS: Record<string, Client> = {
  "graphql-ws": overSocket,
  "graphql-sse": overEvents,
  "its own event streams": overFetch(),
  "its own multipart responses": overFetch("multipart/mixed;subscriptionSpec=1.0"),
};

for (const [name, client] of Object.entries(TRANSPORTS)) {
  test(`an answer streams over ${name}`, async () => {
    const { id, answer } = await ask(person);
    const story = new Story();
    const following = follow(client, id, story);
    for (const word of ["One", " by", " one,", " Ünïcode 漢字"]) {
      await answer.say(word);
      await story.shows(answer.text);
    }
    await answer.end();
    await following;
    await story.ends(answer.text);
  });

  test(`a subscription that is refused says so over ${name}`, async () => {
    const story = new Story();
    const codes: unknown[] = [];
    await follow(client, "gen_00000000000000000000000000", story, codes);
    assert.deepEqual([codes, story.cursor], [["NOT_FOUND"], null]);
  });
}

test("a streamed response has the media type that was asked for", () => {
  const streamed = exchanges.filter(({ body }) => (body as AnyVariables)?.["operationName"] === "Follow");
  assert.deepEqual(
    streamed.map(({ answered }) => answered),
    ["text/event-stream", "text/event-stream", "multipart/mixed", "multipart/mixed"],
  );
});
