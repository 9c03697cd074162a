// The steps of one answer as a client puts them together.

import assert from "node:assert/strict";

import type { FollowSubscription } from "../generated/graphql.ts";

export type Step = FollowSubscription["generation"];

/** What a client shows of an answer, over however many connections. */
export class Story {
  text = "";
  /** Of the last step that was seen. */
  cursor: string | null = null;
  readonly cursors: string[] = [];
  readonly #texts = new Map<string, string>();
  ended: Extract<Step, { __typename: "GenerationEnded" }>["generation"] | null = null;

  #waiting: { until: () => boolean; go: () => void }[] = [];

  see(step: Step): void {
    assert.equal(this.ended, null, "a step came behind the end");
    assert.ok(!this.cursors.includes(step.cursor), `the step ${step.cursor} came twice`);
    this.cursor = step.cursor;
    this.cursors.push(step.cursor);
    if (step.__typename === "TextAppended") this.text += step.text;
    this.#texts.set(step.cursor, this.text);
    if (step.__typename === "GenerationEnded") this.ended = step.generation;
    this.#waiting = this.#waiting.filter(({ until, go }) => {
      if (!until()) return true;
      go();
      return false;
    });
  }

  /** Until so much text has come. */
  async shows(text: string): Promise<void> {
    await this.#reached(() => this.text.length >= text.length);
    assert.equal(this.text, text);
  }

  /** What was shown when this step had come. */
  textUpTo(cursor: string): string {
    const text = this.#texts.get(cursor);
    assert.ok(text !== undefined, `the step ${cursor} never came`);
    return text;
  }

  /** Until the end has come; what was put together is the whole text, or the rest of it. */
  async ends(text: string, whole = text): Promise<void> {
    await this.#reached(() => this.ended !== null);
    assert.equal(this.text, text);
    assert.deepEqual(this.ended, { ...this.ended, status: "COMPLETED", text: whole, error: null });
  }

  async #reached(until: () => boolean): Promise<void> {
    if (until()) return;
    await new Promise<void>((go) => this.#waiting.push({ until, go }));
  }
}
