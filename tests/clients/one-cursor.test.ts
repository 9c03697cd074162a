// One answer, followed over websocket, server-sent events and multipart in turn, by a client of each, with one cursor.

import assert from "node:assert/strict";
import { test } from "node:test";

import { print } from "graphql";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";

import { FOLLOW } from "./documents/generations.ts";
import type { FollowSubscription } from "./generated/graphql.ts";
import { apollo } from "./support/apollo.ts";
import { ask } from "./support/ask.ts";
import { Person } from "./support/people.ts";
import { HTTP, SOCKET } from "./support/server.ts";
import { Socket } from "./support/socket.ts";
import { Story } from "./support/story.ts";

const person = await Person.register();
const headers = () => ({ authorization: person.authorization });

interface Result {
  data?: FollowSubscription | null | undefined;
}

/** Goes on behind the story's cursor; gives back what goes away without waiting for the end. */
type Follow = (id: string, story: Story) => () => void;

function showing(story: Story) {
  return ({ data }: Result) => {
    if (data) story.see(data.generation);
  };
}

function sink(story: Story) {
  return { next: showing(story), error: (error: unknown) => assert.fail(String(error)), complete() {} };
}

const TRANSPORTS: Record<string, Follow> = {
  websocket: (id, story) => {
    const client = createSocketClient({
      url: SOCKET,
      webSocketImpl: Socket,
      connectionParams: () => ({ Authorization: person.authorization }),
    });
    const variables = { id, after: story.cursor };
    const stop = client.subscribe<FollowSubscription>({ query: print(FOLLOW), variables }, sink(story));
    return () => {
      stop();
      void client.dispose();
    };
  },
  "server-sent events": (id, story) => {
    const client = createSseClient({ url: HTTP, headers });
    const variables = { id, after: story.cursor };
    return client.subscribe<FollowSubscription>({ query: print(FOLLOW), variables }, sink(story));
  },
  multipart: (id, story) => {
    const variables = { id, after: story.cursor };
    const following = apollo(person).subscribe({ query: FOLLOW, variables }).subscribe(sink(story));
    return () => following.unsubscribe();
  },
};

test("one cursor goes from transport to transport, and one text comes of it", async () => {
  const { id, answer } = await ask(person);
  const whole = new Story();
  const stopWhole = TRANSPORTS["websocket"]?.(id, whole);
  const story = new Story();
  // Twice around, so that each transport takes over from each.
  const [first, second, third] = ["websocket", "server-sent events", "multipart"] as const;
  const order = [first, second, third, second, first, third, first];
  for (const [turn, name] of order.entries()) {
    const stop = TRANSPORTS[name]?.(id, story);
    assert.ok(stop);
    await answer.say(turn === 0 ? "Turn" : ` turn`, ` ${turn}`, " is", ` ${name},`);
    await story.shows(answer.text);
    stop();
    // Said while this client is away.
    await answer.say(" and", " away;");
  }
  await answer.end();
  const stop = TRANSPORTS["server-sent events"]?.(id, story);
  await story.ends(answer.text);
  stop?.();
  await whole.ends(answer.text);
  stopWhole?.();
  assert.equal(new Set(story.cursors).size, story.cursors.length);
});

test("after the end each transport gives the same text, from the start and from any cursor", async () => {
  const { id, answer } = await ask(person);
  const first = new Story();
  const stop = TRANSPORTS["websocket"]?.(id, first);
  for (const word of ["One", " answer", " – Ünïcode 漢字", " 🜁", " of five."]) {
    await answer.say(word);
    await first.shows(answer.text);
  }
  await answer.end();
  await first.ends(answer.text);
  stop?.();
  for (const [name, follow] of Object.entries(TRANSPORTS)) {
    for (const cursor of [null, ...first.cursors.slice(0, -1)]) {
      const rest = new Story();
      rest.cursor = cursor;
      const leave = follow(id, rest);
      const seen = cursor === null ? 0 : first.textUpTo(cursor).length;
      await rest.ends(answer.text.slice(seen), answer.text);
      leave();
      assert.ok(!rest.cursors.includes(cursor ?? ""), name);
    }
  }
});
