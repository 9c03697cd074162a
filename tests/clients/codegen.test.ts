// GraphQL Code Generator: what it makes of the schema is strict, and names every type. That this file compiles is half of
// the test: `tsc` runs over it before.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

import type { ResultOf, VariablesOf } from "@graphql-typed-document-node/core";
import {
  type IntrospectionQuery,
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  isScalarType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from "graphql";
import { GraphQLClient } from "graphql-request";

import * as conversations from "./documents/conversations.ts";
import * as files from "./documents/documents.ts";
import * as generations from "./documents/generations.ts";
import * as people from "./documents/people.ts";
import type * as schema from "./generated/schema.ts";
import { noAny } from "./support/no-any.ts";
import { HTTP } from "./support/server.ts";

type Documents = typeof conversations & typeof files & typeof generations & typeof people;
type Results = { [Name in keyof Documents]: ResultOf<Documents[Name]> };
type Variables = { [Name in keyof Documents]: VariablesOf<Documents[Name]> };

const HERE = import.meta.dirname;

/** Source without its comments. */
function code(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}

/** What scalars are on the way in and on the way out. */
type Scalars = { [Name in keyof schema.Scalars]: schema.Scalars[Name]["output"] | schema.Scalars[Name]["input"] };

test("no type of a result or a variable is any", () => {
  assert.ok(noAny<Results>(true));
  assert.ok(noAny<Variables>(true));
  assert.ok(noAny<Scalars>(true));
  // The probe finds one that is there.
  assert.ok(!noAny<{ deep: { list: { hidden: any }[] | null } }>(false));
});

test("any stands nowhere in the generated types, those of the whole schema and of Relay included", async () => {
  for (const name of ["graphql.ts", "schema.ts"]) {
    assert.doesNotMatch(code(await readFile(`${HERE}/generated/${name}`, "utf8")), /\bany\b/, name);
  }
  const artifacts = await readdir(`${HERE}/relay/__generated__`);
  assert.equal(artifacts.length, 11);
  for (const name of artifacts) {
    const source = await readFile(`${HERE}/relay/__generated__/${name}`, "utf8");
    const types = source.match(/^export type [\s\S]*?^};/gm) ?? [];
    assert.ok(types.length >= 2, name);
    assert.doesNotMatch(code(types.join("\n")), /\bany\b/, name);
  }
});

test("what is wrong with a use does not compile", () => {
  // Never called: the comments below fail to compile where the line behind them does.
  const wrong = (me: ResultOf<typeof people.ME>, step: ResultOf<typeof generations.FOLLOW>["generation"]) => {
    // @ts-expect-error nobody may be signed in
    void me.viewer.user;
    // @ts-expect-error there is no such field
    void me.viewer?.user.shoeSize;
    // @ts-expect-error only one kind of step has a text
    void step.text;
    if (step.__typename === "TextAppended") void step.text;
    const client = new GraphQLClient(HTTP);
    // @ts-expect-error an id is missing
    void client.request(conversations.CONVERSATION_BY_ID, {});
    // @ts-expect-error a title is text
    void client.request(conversations.RENAME, { conversationId: "", title: 1 });
    // @ts-expect-error there is no such kind
    void client.request(conversations.CREATE, { input: { kind: "POETIC" } });
  };
  assert.equal(typeof wrong, "function");
});

test("every scalar of the schema is mapped", async () => {
  const schema = buildSchema(await readFile(`${HERE}/../../schema.graphql`, "utf8"));
  const own = Object.values(schema.getTypeMap()).filter((type) => isScalarType(type) && !isSpecifiedScalarType(type));
  const { config } = JSON.parse(await readFile(`${HERE}/codegen.json`, "utf8")) as { config: { scalars: object } };
  assert.deepEqual(Object.keys(config.scalars).sort(), ["ID", ...own.map(({ name }) => name)].sort());
});

test("tools that ask the server for its schema get the same as in schema.graphql", async () => {
  const file = buildSchema(await readFile(`${HERE}/../../schema.graphql`, "utf8"));
  const asked = await new GraphQLClient(HTTP).request<IntrospectionQuery>(getIntrospectionQuery());
  assert.equal(
    printSchema(lexicographicSortSchema(buildClientSchema(asked))),
    printSchema(lexicographicSortSchema(file)),
  );
});
