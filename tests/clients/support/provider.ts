// A chat model on this machine that says what the tests tell it to, when they tell it to.
//
// It speaks OpenAI's protocol for streamed chat completions. A question that holds `script:<name>` gets the words that are
// posted to `/scripts/<name>`, one token a post; `DELETE /scripts/<name>` ends the answer. So a test decides what a client
// has seen when its connection is cut, and nothing depends on time.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const NAME = /script:([\w-]+)/;

interface Script {
  tokens: string[];
  ended: boolean;
  listeners: Set<() => void>;
}

const scripts = new Map<string, Script>();

function script(name: string): Script {
  const known = scripts.get(name);
  if (known) return known;
  const fresh: Script = { tokens: [], ended: false, listeners: new Set() };
  scripts.set(name, fresh);
  return fresh;
}

async function read(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function delta(content: string, finish: string | null): string {
  return event({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] });
}

/** Writes a script's tokens as they are said, until it ends or nobody reads any more. */
function answer(said: Script, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(event({ choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }] }));
  let next = 0;
  const pass = () => {
    for (; next < said.tokens.length; next += 1) response.write(delta(said.tokens[next] ?? "", null));
    if (!said.ended) return;
    said.listeners.delete(pass);
    response.write(delta("", "stop"));
    response.write(event({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } }));
    response.end("data: [DONE]\n\n");
  };
  said.listeners.add(pass);
  response.on("close", () => said.listeners.delete(pass));
  pass();
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? "";
  const body = await read(request);
  if (path.startsWith("/scripts/")) {
    const said = script(path.slice("/scripts/".length));
    if (request.method === "DELETE") said.ended = true;
    else said.tokens.push(body);
    for (const listener of [...said.listeners]) listener();
    response.writeHead(204).end();
    return;
  }
  const name = NAME.exec(body)?.[1];
  if (path !== "/v1/chat/completions" || name === undefined) {
    response.writeHead(404, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: "no script is named", type: "invalid_request_error" } }));
    return;
  }
  answer(script(name), response);
}

/** Starts it on a free port; its address, without a path. */
export async function startProvider(): Promise<{ url: string; stop: () => void }> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
