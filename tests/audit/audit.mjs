// The reference audits of GraphQL over HTTP, against a running server.
//
//     node audit.mjs --url http://127.0.0.1:8000
//
// They run twice. As they come, they send GETs that a foreign page could have a browser send; the server refuses those, so
// that the three audits about GET, each a MAY, give a notice and nothing else does. With the header by which a client of
// ours says that it is no such page, all of them pass.

import { test } from "node:test";
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { serverAudits } from "graphql-http";

const { values } = parseArgs({ options: { url: { type: "string" } } });
if (!values.url) throw new Error("say where the server is: --url http://127.0.0.1:8000");
const url = `${values.url}/graphql`;

const BY_GET = ["5A70", "D6D5", "6A70"];
const FEWEST = 60;

function preflighted(input, init = {}) {
  return fetch(input, { ...init, headers: { ...init.headers, "apollo-require-preflight": "true" } });
}

async function run(name, fetchFn, expected) {
  const audits = serverAudits({ url, fetchFn });
  await test(name, async (suite) => {
    assert.ok(audits.length >= FEWEST, `only ${audits.length} audits`);
    for (const audit of audits) {
      await suite.test(`${audit.id} ${audit.name}`, async () => {
        const { status, reason } = await audit.fn();
        assert.equal(status, expected(audit.id), reason);
      });
    }
  });
}

await run("a client that says it is no foreign page", preflighted, () => "ok");
await run("a client that says nothing", fetch, (id) => (BY_GET.includes(id) ? "notice" : "ok"));
