// Apollo Client: subscriptions over HTTP by its own multipart protocol, with nothing but its HttpLink.

import assert from "node:assert/strict";
import { test } from "node:test";

import { HttpLink } from "@apollo/client";

import { FOLLOW } from "./documents/generations.ts";
import { apollo, failure } from "./support/apollo.ts";
import { ask } from "./support/ask.ts";
import { Person } from "./support/people.ts";
import { recorder } from "./support/recorder.ts";
import { HTTP } from "./support/server.ts";
import { Story } from "./support/story.ts";

const person = await Person.register();

function follow(client: ReturnType<typeof apollo>, id: string, story: Story): Promise<void> {
  return new Promise((resolve, reject) => {
    client.subscribe({ query: FOLLOW, variables: { id, after: story.cursor } }).subscribe({
      next: ({ data, error }) => {
        if (error) reject(error);
        if (data) story.see(data.generation);
      },
      error: reject,
      complete: resolve,
    });
  });
}

test("an answer streams as parts of one response, each as it is said", async () => {
  const { fetch, exchanges } = recorder();
  const client = apollo(person, new HttpLink({ uri: HTTP, fetch }));
  const { id, answer } = await ask(person);
  const story = new Story();
  const following = follow(client, id, story);
  for (const word of ["One", " by", " one,", " Ünïcode 漢字\r\n--graphql"]) {
    await answer.say(word);
    await story.shows(answer.text);
  }
  await answer.end();
  await following;
  await story.ends(answer.text);
  assert.deepEqual(exchanges.map(({ status, answered }) => [status, answered]), [[200, "multipart/mixed"]]);
});

test("a subscription that is refused fails with its code", async () => {
  const client = apollo(person);
  const story = new Story();
  const error = await failure(follow(client, "gen_00000000000000000000000000", story));
  assert.equal(error.errors[0]?.extensions?.["code"], "NOT_FOUND");
  assert.equal(story.cursor, null);
});
