// Apollo Client: files through apollo-upload-client, and their reading followed over a websocket.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { ApolloClient } from "@apollo/client";
import UploadHttpLink from "apollo-upload-client/UploadHttpLink.mjs";

import { DOCUMENT, PROGRESS, UPLOAD } from "./documents/documents.ts";
import { apollo, apolloWithSocket, cache, failure } from "./support/apollo.ts";
import { Person } from "./support/people.ts";
import { HTTP } from "./support/server.ts";

const PREFLIGHT = { "apollo-require-preflight": "true" };
const TEXT = "The tenant may give notice at any time. The landlord needs a reason — always.\n";

function file(name: string, text = TEXT): File {
  return new File([text], name, { type: "text/plain" });
}

test("files go up with a mutation, are read, and can be fetched again", async () => {
  const person = await Person.register();
  const { client, socket } = apolloWithSocket(person, new UploadHttpLink({ uri: HTTP, headers: PREFLIGHT }));

  const files = [file("notice.txt"), file("Kündigung – 二.md", `# Title\n\n${TEXT}`)];
  const { data } = await client.mutate({ mutation: UPLOAD, variables: { files } });
  const documents = data?.uploadDocuments.documents ?? [];
  assert.deepEqual(documents.map(({ filename }) => filename), ["notice.txt", "Kündigung – 二.md"]);
  assert.deepEqual(
    documents.map(({ sha256 }) => sha256),
    await Promise.all(
      files.map(async (each) => createHash("sha256").update(Buffer.from(await each.arrayBuffer())).digest("hex")),
    ),
  );

  const ids = documents.map(({ id }) => id);
  const last = new Map<string, string>();
  await new Promise<void>((resolve, reject) => {
    client.subscribe({ query: PROGRESS, variables: { ids } }).subscribe({
      next: ({ data: step, error }) => {
        if (error) reject(error);
        if (step) last.set(step.documentProgress.id, step.documentProgress.status);
      },
      complete: resolve,
    });
  });
  assert.deepEqual([...last.values()], ["READY", "READY"]);

  const read = await client.query({ query: DOCUMENT, variables: { id: ids[0] ?? "" } });
  const document = read.data?.node;
  assert.ok(document && "text" in document);
  assert.equal(document.text?.trim(), TEXT.trim());
  const download = await fetch(new URL(document.downloadUrl, HTTP));
  assert.equal(await download.text(), TEXT);
  await socket.dispose();
});

test("a file that cannot be taken is named, and none is taken", async () => {
  const person = await Person.register();
  const client = apollo(person, new UploadHttpLink({ uri: HTTP, headers: PREFLIGHT }));
  const png = new File([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0])], "image.txt");
  const error = await failure(client.mutate({ mutation: UPLOAD, variables: { files: [file("good.txt"), png] } }));
  assert.equal(error.errors[0]?.extensions?.["code"], "UNSUPPORTED_MEDIA_TYPE");
  const fields = error.errors[0]?.extensions?.["fields"] as { path: string }[];
  assert.deepEqual(fields.map(({ path }) => path), ["input.files.1"]);
});

test("an upload that a foreign page could send is refused", async () => {
  const upload = { mutation: UPLOAD, variables: { files: [file("notice.txt")] } };
  const bare = new ApolloClient({ cache: cache(), link: new UploadHttpLink({ uri: HTTP }) });
  const refused = await failure(bare.mutate(upload));
  assert.equal(refused.errors[0]?.extensions?.["code"], "BAD_USER_INPUT");
  assert.match(refused.message, /foreign page/);

  const asking = new ApolloClient({ cache: cache(), link: new UploadHttpLink({ uri: HTTP, headers: PREFLIGHT }) });
  const nobody = await failure(asking.mutate(upload));
  assert.equal(nobody.errors[0]?.extensions?.["code"], "UNAUTHENTICATED");
});

test("the reason of a refusal reaches a client that is still sending", async () => {
  const person = await Person.register();
  person.accessToken = `${person.accessToken}x`;
  const client = apollo(person, new UploadHttpLink({ uri: HTTP, headers: PREFLIGHT }));
  const bare = new ApolloClient({ cache: cache(), link: new UploadHttpLink({ uri: HTTP }) });
  const files = [file("long.txt", TEXT.repeat(10_000))];
  // A connection that is closed on unread bytes is reset, and then the reason is lost, or not, by chance.
  for (let time = 0; time < 10; time += 1) {
    const unknown = await failure(client.mutate({ mutation: UPLOAD, variables: { files } }));
    assert.equal(unknown.errors[0]?.extensions?.["code"], "UNAUTHENTICATED");
    const foreign = await failure(bare.mutate({ mutation: UPLOAD, variables: { files } }));
    assert.equal(foreign.errors[0]?.extensions?.["code"], "BAD_USER_INPUT");
  }
});
