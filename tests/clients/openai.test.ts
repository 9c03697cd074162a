// OpenAI's own client in the place of a voice agent: what it asks is answered by the tutor, in a session of a student's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";

import { GraphQLClient } from "graphql-request";
import OpenAI from "openai";

import { LOGIN, START, TRANSCRIPT, WEEKS } from "./documents/tutoring.ts";
import { Scripted } from "./support/scripted.ts";
import { COMPLETIONS, HTTP, VOICE_LLM_SECRET } from "./support/server.ts";

const DEMO = { identifier: "noor@elenchus.local", password: "demo-elenchus-2026" };

async function student(): Promise<GraphQLClient> {
  const { login } = await new GraphQLClient(HTTP).request(LOGIN, { input: DEMO });
  return new GraphQLClient(HTTP, { headers: { authorization: `Bearer ${login.accessToken}` } });
}

/** A session about a week of the demo's course, as soon as its readings are read. */
async function begin(client: GraphQLClient) {
  const { course } = await client.request(WEEKS, { code: "LAW-110" });
  const week = course.weeks.find(({ isOpen }) => isOpen);
  assert(week);
  for (let tries = 0; ; tries += 1) {
    try {
      const { startTutoringSession } = await client.request(START, { input: { weekId: week.id } });
      return startTutoringSession.session;
    } catch (error) {
      if (tries > 300 || !String(error).includes("nothing to read")) throw error;
      await setTimeout(100);
    }
  }
}

test("a voice agent speaks through the tutor", async () => {
  const client = await student();
  const session = await begin(client);
  assert(session.voice);
  const agent = new OpenAI({ baseURL: COMPLETIONS, apiKey: VOICE_LLM_SECRET, maxRetries: 0 });
  // As ElevenLabs passes it along; OpenAI's types know only fields of its own.
  const leave = { elevenlabs_extra_body: session.voice.customLlmExtraBody };
  const said = new Scripted();
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: "system", content: "Be brief." },
    { role: "assistant", content: session.voice.firstMessage },
    { role: "user", content: said.statement },
  ];
  const stream = await agent.chat.completions.create({ model: "tutor", stream: true, messages, ...leave });
  await said.say("Is", " an", " advertisement", " an", " offer?");
  await said.end();
  let words = "";
  let reason: string | null = null;
  for await (const chunk of stream) {
    words += chunk.choices[0]?.delta.content ?? "";
    reason = chunk.choices[0]?.finish_reason ?? reason;
  }
  assert.deepEqual({ words, reason }, { words: said.text, reason: "stop" });

  // The same turn again, not streamed: the same statement, and the same reply.
  const whole = await agent.chat.completions.create({ model: "tutor", messages, ...leave });
  assert.equal(whole.choices[0]?.message.content, said.text);

  const { endTutoringSession } = await client.request(TRANSCRIPT, { input: { sessionId: session.id } });
  assert.deepEqual(endTutoringSession.session.transcript, [
    { role: "ASSISTANT", status: "COMPLETED", content: session.question },
    { role: "USER", status: "SENT", content: said.statement },
    { role: "ASSISTANT", status: "COMPLETED", content: said.text },
  ]);

  // And it is told that it is over, by the tool with which it hangs up.
  const tools: OpenAI.ChatCompletionTool[] = [{ type: "function", function: { name: "end_call" } }];
  const more: OpenAI.ChatCompletionMessageParam[] = [...messages, { role: "user", content: "One more thing." }];
  const over = await agent.chat.completions.create({ model: "tutor", messages: more, tools, ...leave });
  const [call] = over.choices[0]?.message.tool_calls ?? [];
  assert(call?.type === "function");
  assert.equal(call.function.name, "end_call");

  const stranger = new OpenAI({ baseURL: COMPLETIONS, apiKey: "somebody else", maxRetries: 0 });
  await assert.rejects(stranger.chat.completions.create({ model: "tutor", messages, ...leave }), OpenAI.AuthenticationError);
});
