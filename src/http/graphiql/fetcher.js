// How GraphiQL reaches the API: queries and mutations as JSON over POST, subscriptions over graphql-transport-ws.

/** Earlier events of a subscription that are kept in view. */
const KEPT = 200;

export function socketTo(url, session) {
  // A socket is opened for the first subscription and closed after the last, so each has a token of its own time.
  return window.graphqlWs.createClient({ url, connectionParams: () => session.headers(), retryAttempts: 3 });
}

export function fetcherFor(endpoint, session, socket) {
  return (params, options = {}) => {
    const operation = chosen(params);
    const named = operation ? { ...params, operationName: operation.name?.value } : params;
    return operation?.operation === "subscription" ? follow(socket, named) : ask(endpoint, session, named, options);
  };
}

/**
 * The operation to run, or undefined where the text does not say one: the server then names what is wrong.
 *
 * Read from the text itself. What GraphiQL passes beside it, a name and a parsed document, follows the text with a
 * delay: who runs a tab right after opening it would run the name of the tab before.
 */
function chosen({ query, operationName }) {
  let operations;
  try {
    const { definitions } = window.GraphiQL.GraphQL.parse(query, { noLocation: true });
    operations = definitions.filter((each) => each.kind === "OperationDefinition");
  } catch {
    return undefined;
  }
  const named = operations.find((each) => each.name?.value === operationName);
  return named ?? (operations.length === 1 ? operations[0] : undefined);
}

async function ask(endpoint, session, params, { headers = {} }) {
  const json = { "Content-Type": "application/json", Accept: "application/json" };
  const send = async () => {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { ...json, ...(await session.headers()), ...headers },
      body: JSON.stringify(params),
    });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`The server answered ${response.status} ${response.statusText}: ${text.slice(0, 500)}`);
    }
  };
  const result = await send();
  const refused = result.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED");
  // A token can also end early, by a sign-out elsewhere or a clock that differs.
  return refused && session.renewable && (await session.renew()) ? send() : result;
}

/** The newest event under "data", as a single result would be, and what came before it under "earlier". */
function follow(socket, params) {
  const source = socket.iterate(params);
  const earlier = [];
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const { done, value } = await source.next().catch((reason) => Promise.reject(explained(reason)));
      if (done) return { done, value };
      const shown = earlier.length ? { ...value, earlier: [...earlier] } : value;
      earlier.unshift(value.errors ? value : value.data);
      earlier.splice(KEPT);
      return { done, value: shown };
    },
    return: () => source.return(),
  };
}

/** A socket that fails says so with a close event, or the server with a list of errors. */
function explained(reason) {
  if (reason instanceof CloseEvent) return new Error(`The socket closed: ${reason.code} ${reason.reason}`.trim());
  if (Array.isArray(reason)) return new Error(reason.map((error) => error.message).join("\n"));
  return reason instanceof Error ? reason : new Error("The socket could not be opened");
}
