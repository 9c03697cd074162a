// Accounts to test with, and tokens that end when a test wants them to.

import { createHmac, randomUUID } from "node:crypto";

import { GraphQLClient } from "graphql-request";

import { REFRESH, REGISTER } from "../documents/people.ts";
import { HTTP, SECRET_KEY } from "./server.ts";

/** Somebody who is signed in, with the tokens of now. */
export class Person {
  readonly email: string;
  readonly id: string;
  accessToken: string;
  refreshToken: string;
  /** How often the tokens were exchanged. */
  refreshes = 0;

  private constructor(email: string, id: string, accessToken: string, refreshToken: string) {
    this.email = email;
    this.id = id;
    this.accessToken = accessToken;
    this.refreshToken = refreshToken;
  }

  /** A new account. */
  static async register(): Promise<Person> {
    const email = `${randomUUID()}@example.org`;
    const input = { email, password: `pw-${randomUUID()}` };
    const { register } = await new GraphQLClient(HTTP).request(REGISTER, { input });
    return new Person(email, register.user.id, register.accessToken, register.refreshToken);
  }

  get authorization(): string {
    return `Bearer ${this.accessToken}`;
  }

  /** Exchanges the refresh token, as a client does whose access token has ended. */
  async refresh(): Promise<string> {
    const { refreshSession } = await new GraphQLClient(HTTP).request(REFRESH, { refreshToken: this.refreshToken });
    this.accessToken = refreshSession.accessToken;
    this.refreshToken = refreshSession.refreshToken;
    this.refreshes += 1;
    return this.accessToken;
  }

  /** The access token as it would be had it been issued to end in so many seconds. */
  tokenEndingIn(seconds: number): string {
    const [header = "", claims = ""] = this.accessToken.split(".");
    const changed = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
    const exp = Math.floor(Date.now() / 1000) + seconds;
    const payload = Buffer.from(JSON.stringify({ ...changed, exp })).toString("base64url");
    // The server signs with a key that it derives from its secret for this one use.
    const key = createHmac("sha256", SECRET_KEY).update("access-token").digest();
    const signature = createHmac("sha256", key).update(`${header}.${payload}`).digest("base64url");
    return `${header}.${payload}.${signature}`;
  }
}
