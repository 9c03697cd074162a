// Where the server is, and the model that it asks.

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the tests with \`make test-clients\``);
  return value;
}

const URL_OF_SERVER = given("ELENCHUS_URL").replace(/\/$/, "");

/** Where voice agents ask what to say, and what they are known by. */
export const COMPLETIONS = `${URL_OF_SERVER}/v1`;
export const VOICE_LLM_SECRET = given("VOICE_LLM_SECRET");

export const HTTP = `${URL_OF_SERVER}/graphql`;
export const SOCKET = `${URL_OF_SERVER.replace(/^http/, "ws")}/graphql/ws`;
export const MODEL_URL = given("MODEL_URL");
export const SECRET_KEY = given("SECRET_KEY");
