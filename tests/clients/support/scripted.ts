// How tests tell the model what to say.

import { randomUUID } from "node:crypto";

import { MODEL_URL } from "./server.ts";

/** The name by which the server reaches the model. */
export const MODEL = "openai/scripted";

/** An answer that is said word by word. */
export class Scripted {
  readonly name = randomUUID();
  /** All that was said so far. */
  text = "";

  /** A question that this answers. */
  get question(): string {
    return `Please read script:${this.name}`;
  }

  /** A statement about the demo's law course that this answers. */
  get statement(): string {
    return `A contract needs an offer and an acceptance, says script:${this.name}`;
  }

  /** Tokens with the space before the word: the server keeps a space at the end until it knows that no marker follows. */
  async say(...tokens: string[]): Promise<void> {
    for (const token of tokens) {
      await fetch(`${MODEL_URL}/scripts/${this.name}`, { method: "POST", body: token });
      this.text += token;
    }
  }

  async end(): Promise<void> {
    await fetch(`${MODEL_URL}/scripts/${this.name}`, { method: "DELETE" });
  }
}
