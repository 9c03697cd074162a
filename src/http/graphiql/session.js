// Who is signed in: the tokens of this browser tab, kept until it is closed, and renewed before they run out.

import { documents } from "./documents.js";

const KEY = "elenchus:session";
/** A token that ends this soon (milliseconds) is renewed before it is used. */
const MARGIN = 15_000;

/** Fires "change" when somebody signs in or out, and "ended" when the server would not renew the session. */
export class Session extends EventTarget {
  #endpoint;
  #operations;
  #tokens;
  #renewing = null;

  constructor(endpoint) {
    super();
    this.#endpoint = endpoint;
    this.#operations = documents("session.graphql");
    // Reported where it is used; a failure must not go unhandled before.
    this.#operations.catch(() => {});
    this.#tokens = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  }

  /** Null when nobody is signed in; without a name when a bare token is used. */
  get user() {
    return this.#tokens && { name: this.#tokens.email };
  }

  get renewable() {
    return Boolean(this.#tokens?.refreshToken);
  }

  async signIn(email, password) {
    const { login } = await this.#run("Login", { input: { identifier: email, password } });
    this.#keep(login);
  }

  useToken(accessToken) {
    this.#keep({ accessToken });
  }

  async signOut() {
    const headers = await this.headers();
    this.#keep(null);
    // The tokens are forgotten here in any case; a token that came from elsewhere may not be allowed to log out.
    await this.#run("Logout", {}, headers).catch((error) => console.info(`Logout: ${error.message}`));
  }

  /** The headers that say who asks: also the payload of a socket's connection_init. */
  async headers() {
    if (this.renewable && expiry(this.#tokens.accessToken) < Date.now() + MARGIN) await this.renew();
    return this.#tokens ? { Authorization: `Bearer ${this.#tokens.accessToken}` } : {};
  }

  /** Trades the refresh token for new tokens, once however many ask. Answers whether it worked. */
  renew() {
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renew() {
    const before = this.#tokens;
    try {
      const { refreshSession } = await this.#run("RefreshSession", { input: { refreshToken: before.refreshToken } });
      // Somebody who signed out meanwhile stays signed out.
      if (this.#tokens === before) this.#keep({ user: { email: before.email }, ...refreshSession });
      return true;
    } catch (error) {
      // The server's refusal ends the session; a network that is down does not.
      if (error instanceof Refused && this.#tokens === before) {
        this.#keep(null);
        this.dispatchEvent(new Event("ended"));
      }
      return false;
    }
  }

  #keep(payload) {
    const before = this.#tokens;
    this.#tokens = payload && {
      accessToken: payload.accessToken,
      refreshToken: payload.refreshToken,
      email: payload.user?.email,
    };
    if (payload) sessionStorage.setItem(KEY, JSON.stringify(this.#tokens));
    else sessionStorage.removeItem(KEY);
    if (Boolean(before) !== Boolean(payload) || before?.email !== this.#tokens?.email) {
      this.dispatchEvent(new Event("change"));
    }
  }

  async #run(name, variables, headers = {}) {
    const operation = (await this.#operations).find((each) => each.name === name);
    const response = await fetch(this.#endpoint, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
      body: JSON.stringify({ query: operation.query, variables }),
    });
    const { data, errors } = await response.json().catch(() => ({}));
    if (errors?.length) throw new Refused(errors[0].message);
    if (!data) throw new Error(`The server answered ${response.status}`);
    return data;
  }
}

class Refused extends Error {}

/** When a token ends, in milliseconds since 1970. One that does not say, such as an API key, never does. */
function expiry(token) {
  try {
    const claims = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return claims.exp * 1000;
  } catch {
    return Infinity;
  }
}
