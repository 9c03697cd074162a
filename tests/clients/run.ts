// Runs the tests against a server of their own: starts the model that they script, then the server by
// `scripts/with-server`, then Node's test runner.
//
//     node --import tsx run.ts BINARY [TEST FILE...]

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { startProvider } from "./support/provider.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
const REPOSITORY = join(HERE, "..", "..");

/** What the server is told. */
const SETTINGS = {
  CHAT_MODEL: "openai/scripted",
  EMBEDDING_MODEL: "none",
  OPENAI_API_KEY: "sk-test",
  // Nobody asks the provider of voices for anything here.
  ELEVENLABS_API_KEY: "sk-test",
  ELEVENLABS_AGENT_ID: "agent",
};

/** How long a file of tests may take before it counts as stuck, in milliseconds. */
const PATIENCE = "--test-timeout=300000";

/** The exit status of a command. */
async function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const running = spawn(command, args, { cwd, env, stdio: "inherit" });
  return await new Promise((done, fail) => {
    running.on("error", fail);
    running.on("exit", (status) => done(status ?? 1));
  });
}

async function tests(): Promise<string[]> {
  const files = await readdir(HERE);
  return files.filter((name) => name.endsWith(".test.ts")).sort();
}

async function main(args: string[]): Promise<number> {
  const flag = args.indexOf("--url");
  if (flag >= 0) {
    // Called again, by with-server.
    const env = { ...process.env, ELENCHUS_URL: args[flag + 1] };
    const files = args.slice(0, flag);
    const runner = ["--import", "tsx", "--test", "--test-reporter", "spec", PATIENCE];
    return await run(process.execPath, [...runner, ...(files.length > 0 ? files : await tests())], HERE, env);
  }
  const [server, ...files] = args;
  if (!server) throw new Error("usage: run.ts BINARY [TEST FILE...]");
  const provider = await startProvider();
  const env = {
    ...process.env,
    ...SETTINGS,
    SECRET_KEY: randomBytes(32).toString("base64"),
    VOICE_LLM_SECRET: randomBytes(32).toString("base64"),
    OPENAI_BASE_URL: `${provider.url}/v1`,
    MODEL_URL: provider.url,
  };
  const tsx = import.meta.resolve("tsx");
  const again = [process.execPath, "--import", tsx, fileURLToPath(import.meta.url), ...files];
  try {
    // From the repository's root, where with-server finds what was fetched before.
    return await run("python3", ["scripts/with-server", resolve(server), "--", ...again], REPOSITORY, env);
  } finally {
    provider.stop();
  }
}

process.exitCode = await main(process.argv.slice(2));
