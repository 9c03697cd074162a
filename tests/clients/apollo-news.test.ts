// Apollo Client: what one client changes, another of the same person sees by a subscription, through its cache.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CONVERSATIONS, CREATE, DELETE, NEWS, RENAME, SET_TYPING } from "./documents/conversations.ts";
import { apollo, apolloWithSocket } from "./support/apollo.ts";
import { Person } from "./support/people.ts";

test("news of a conversation change what a query shows, and its end ends them", async () => {
  const person = await Person.register();
  const other = apollo(person);
  const made = await other.mutate({ mutation: CREATE, variables: { input: { title: "before" } } });
  const id = made.data?.createConversation.conversation.id ?? "";

  const { client, socket } = apolloWithSocket(person);
  const list = { query: CONVERSATIONS, variables: { first: 1 } };
  await client.query(list);
  const title = () => client.readQuery(list)?.viewer?.conversations.edges[0]?.node.title;
  assert.equal(title(), "before");

  const kinds: string[] = [];
  let wake = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    client.subscribe({ query: NEWS, variables: { id } }).subscribe({
      next: ({ data, error }) => {
        if (error) reject(error);
        if (data) kinds.push(data.conversation.__typename);
        wake();
      },
      error: reject,
      complete: resolve,
    });
  });
  // The protocol does not say when a subscription has begun: typing is told until it is heard.
  while (kinds.length === 0) {
    const heard = new Promise<void>((resolve) => (wake = resolve));
    await other.mutate({ mutation: SET_TYPING, variables: { conversationId: id, isTyping: true } });
    await Promise.race([heard, new Promise((resolve) => setTimeout(resolve, 100))]);
  }
  await other.mutate({ mutation: RENAME, variables: { conversationId: id, title: "after" } });
  await other.mutate({ mutation: DELETE, variables: { conversationId: id } });
  await ended;
  assert.equal(title(), "after");
  const told = kinds.filter((kind) => kind !== "TypingChanged");
  assert.deepEqual(told, ["ConversationChanged", "ConversationDeleted"]);
  await socket.dispose();
});
