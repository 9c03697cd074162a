// Vega-Lite itself: whatever our profile of it takes is a specification by its own schema, compiles without a warning, and is
// drawn with rows as a query gives them. `src/charts/tests` holds the same specifications against the profile.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";

import { Ajv } from "ajv";
import { View, parse } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

interface Honest {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  specs: { name: string; spec: object }[];
}

const { columns, rows, specs } = await json<Honest>(new URL("../charts/honest.json", import.meta.url).pathname);
const values = rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));

async function json<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, "utf8")) as T;
}

/** A specification with the name of its data, which the server and clients put in. */
function withData(spec: object): TopLevelSpec {
  return { ...spec, data: { name: "result" } } as unknown as TopLevelSpec;
}

/** Writes down what the compiler is not sure about. */
function listening() {
  const said: string[] = [];
  const logger = {
    level: () => logger,
    error: (...words: readonly unknown[]) => (said.push(words.join(" ")), logger),
    warn: (...words: readonly unknown[]) => (said.push(words.join(" ")), logger),
    info: () => logger,
    debug: () => logger,
  };
  return { said, logger: logger as unknown as NonNullable<Parameters<typeof compile>[1]>["logger"] };
}

test("every specification of the profile is one by Vega-Lite's schema", async () => {
  const path = createRequire(import.meta.url).resolve("vega-lite/vega-lite-schema.json");
  // Its formats are of colours and addresses, which the profile narrows by itself.
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(await json<object>(path));
  const refused = specs.filter(({ spec }) => !validate(withData(spec))).map(({ name }) => name);
  assert.deepEqual(refused, []);
  assert.ok(specs.length >= 60);
});

test("every specification of the profile compiles without a warning", () => {
  for (const { name, spec } of specs) {
    const { said, logger } = listening();
    compile(withData(spec), { logger });
    assert.deepEqual(said, [], name);
  }
});

test("every specification of the profile is drawn with rows as they are sent", async () => {
  for (const { name, spec } of specs) {
    const { said, logger } = listening();
    const view = new View(parse(compile(withData(spec), { logger }).spec), { renderer: "none" });
    view.data("result", structuredClone(values));
    const svg = await view.toSVG();
    view.finalize();
    assert.match(svg, /^<svg /, name);
    assert.doesNotMatch(svg, /NaN|Infinity/, name);
    assert.deepEqual(said, [], name);
  }
});
