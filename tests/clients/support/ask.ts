// A question whose answer a test writes.

import { GraphQLClient } from "graphql-request";

import { ASK } from "../documents/generations.ts";
import type { Person } from "./people.ts";
import { MODEL, Scripted } from "./scripted.ts";
import { HTTP } from "./server.ts";

export interface Asked {
  /** Of the generation. */
  id: string;
  answer: Scripted;
}

export async function ask(person: Person): Promise<Asked> {
  const answer = new Scripted();
  const client = new GraphQLClient(HTTP, { headers: { authorization: person.authorization } });
  const data = await client.request(ASK, { question: answer.question, model: MODEL });
  return { id: data.ask.generation.id, answer };
}
