import { codeOf } from "../api/errors";
import { readFragment, type FragmentType } from "../gql";
import type { LoginInput, RegisterInput, SignedInFragment } from "../gql/graphql";
import { Login, Logout, RefreshSession, Register, SignedIn } from "./operations";
import { post } from "./post";
import * as stored from "./refreshToken";

export type Session =
  /** There is a refresh token, and nobody knows yet whether it is good. */
  | { status: "restoring"; unreachable: boolean }
  | { status: "signedOut"; expired: boolean }
  | { status: "signedIn"; user: SignedInFragment["user"] };

/** Tokens are exchanged this long before they end, so that none ends on its way. */
const MARGIN = 30_000;

let session: Session = stored.read()
  ? { status: "restoring", unreachable: false }
  : { status: "signedOut", expired: false };
/** Lives in memory alone: a script that steals it from there has it for minutes. */
let access: { token: string; endsAt: number } | null = null;
let refreshing: Promise<string | null> | null = null;
const listeners = new Set<() => void>();

export const getSession = () => session;

export function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * A token that is still good for a while, or null where nobody is signed in. `rejected` is one that the server no longer
 * takes: then another. However many ask, one exchange is under way.
 */
export async function accessToken(rejected?: string): Promise<string | null> {
  if (access && access.token !== rejected && access.endsAt - Date.now() > MARGIN) return access.token;
  return (refreshing ??= stored.exclusively(refresh).finally(() => (refreshing = null)));
}

/** Takes up the session of before a reload. */
export async function restore() {
  if (session.status !== "restoring") return;
  change({ status: "restoring", unreachable: false });
  await accessToken().catch(() => change({ status: "restoring", unreachable: true }));
}

export async function signIn(input: LoginInput) {
  begin((await post(Login, { input })).login);
}

export async function register(input: RegisterInput) {
  begin((await post(Register, { input })).register);
}

/** Ends the session here even where the server cannot be told. */
export async function signOut() {
  const token = await accessToken().catch(() => null);
  end(false);
  if (token) await post(Logout, {}, token).catch(() => {});
}

async function refresh() {
  const refreshToken = stored.read();
  if (!refreshToken) {
    end(session.status === "signedIn");
    return null;
  }
  try {
    const { refreshSession } = await post(RefreshSession, { input: { refreshToken } });
    // Whoever signed out in the meantime, in whatever tab, stays signed out.
    if (stored.read() === refreshToken) begin(refreshSession);
  } catch (error) {
    // Any other failure says nothing about the session: whoever asked shows it, and the next to ask tries again.
    if (codeOf(error) !== "UNAUTHENTICATED") throw error;
    end(true);
  }
  return access?.token ?? null;
}

function begin(payload: FragmentType<typeof SignedIn>) {
  const { user, ...tokens } = readFragment(SignedIn, payload);
  stored.write(tokens.refreshToken);
  // Another tab has signed in as somebody else: nothing of this page is theirs.
  if (session.status === "signedIn" && session.user.id !== user.id) return window.location.reload();
  // What just came is good for a while, whatever time this machine believes it is.
  const endsAt = Math.max(Date.parse(tokens.expiresAt), Date.now() + 2 * MARGIN);
  access = { token: tokens.accessToken, endsAt };
  if (session.status !== "signedIn") change({ status: "signedIn", user });
}

function end(expired: boolean) {
  access = null;
  stored.clear();
  if (session.status !== "signedOut") change({ status: "signedOut", expired });
}

function change(next: Session) {
  session = next;
  listeners.forEach((listener) => listener());
}

stored.onCleared(() => end(false));
