// graphql-sse: an answer over server-sent events, one connection for each subscription.

import assert from "node:assert/strict";
import { test } from "node:test";

import { print } from "graphql";
import { createClient } from "graphql-sse";

import { FOLLOW } from "./documents/generations.ts";
import { ME } from "./documents/people.ts";
import type { FollowSubscription, MeQuery } from "./generated/graphql.ts";
import { ask } from "./support/ask.ts";
import { Person } from "./support/people.ts";
import { HTTP } from "./support/server.ts";
import { Story } from "./support/story.ts";

type Events = ReturnType<typeof createClient>;

/** Follows to the end. The variables follow the cursor: what is sent again goes on behind the last step that came. */
function follow(client: Events, id: string, story: Story, codes: unknown[] = []): Promise<void> {
  const variables = { id, after: story.cursor };
  return new Promise((resolve, reject) => {
    client.subscribe<FollowSubscription>(
      { query: print(FOLLOW), variables },
      {
        next: ({ data, errors }) => {
          codes.push(...(errors ?? []).map(({ extensions }) => extensions["code"]));
          if (!data) return;
          story.see(data.generation);
          variables.after = story.cursor;
        },
        error: reject,
        complete: resolve,
      },
    );
  });
}

test("a query is one event, then the end", async () => {
  const person = await Person.register();
  const client = createClient({ url: HTTP, headers: { authorization: person.authorization } });
  const answers: (MeQuery | null | undefined)[] = [];
  for await (const { data } of client.iterate<MeQuery>({ query: print(ME) })) answers.push(data);
  assert.deepEqual(answers.map((data) => data?.viewer?.user.id), [person.id]);
  client.dispose();
});

test("an answer streams, each part as it is said", async () => {
  const person = await Person.register();
  const client = createClient({ url: HTTP, headers: () => ({ authorization: person.authorization }) });
  const { id, answer } = await ask(person);
  const story = new Story();
  const following = follow(client, id, story);
  for (const word of ["Line\n\none", " data: two", "\n\nevent: next", " Ünïcode 漢字"]) {
    await answer.say(word);
    await story.shows(answer.text);
  }
  await answer.end();
  await following;
  await story.ends(answer.text);
  client.dispose();
});

test("a stream whose token ends is cut without its end, and the client goes on with a fresh one", async () => {
  const person = await Person.register();
  const { id, answer } = await ask(person);
  let connections = 0;
  const client = createClient({
    url: HTTP,
    headers: async () => {
      connections += 1;
      return { authorization: `Bearer ${connections === 1 ? person.tokenEndingIn(3) : await person.refresh()}` };
    },
  });
  const again = new Promise<void>((resolve) => {
    const unlisten = setInterval(() => {
      if (connections < 2) return;
      clearInterval(unlisten);
      resolve();
    }, 20);
  });
  const story = new Story();
  const following = follow(client, id, story);
  await answer.say("Before");
  await story.shows("Before");
  await again;
  await answer.say(" and after.");
  await story.shows("Before and after.");
  await answer.end();
  await following;
  await story.ends("Before and after.");
  assert.deepEqual([connections, person.refreshes], [2, 1]);
  client.dispose();
});

test("what is refused says so in the stream", async () => {
  const person = await Person.register();
  const client = createClient({ url: HTTP, headers: { authorization: person.authorization }, retryAttempts: 0 });
  const codes: unknown[] = [];
  await follow(client, "gen_00000000000000000000000000", new Story(), codes);
  assert.deepEqual(codes, ["NOT_FOUND"]);

  const refused: unknown[] = [];
  for await (const { errors } of client.iterate({ query: "subscription { weather }" })) {
    refused.push(errors?.map(({ extensions }) => extensions["code"]));
  }
  assert.deepEqual(refused, [["BAD_USER_INPUT"]]);
  client.dispose();
});
