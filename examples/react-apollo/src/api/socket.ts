import { createClient } from "graphql-ws";
import { accessToken } from "../session/session";
import { socketUrl } from "./addresses";

/** Asks for a sign of life this often, and gives the connection up when none comes in the same time. */
const HEARTBEAT = 10_000;
const LONGEST_WAIT = 10_000;
/** The server's word for a token that does not hold, or has just ended. */
const TOKEN_REFUSED = 4403;

let token: string | null = null;
let refused: string | undefined;
let overdue: number | undefined;

/**
 * The one socket for all subscriptions. It opens with the first, closes behind the last, and comes back by itself as long
 * as there are any; each is then sent again with its variables as they are by then (see `resume.ts`).
 */
export const socket = createClient({
  url: socketUrl,
  // Asked for every connection: after a token has ended the next one brings another.
  connectionParams: async () => {
    // Without a token the server closes, and we come back: an error thrown from here would be the end.
    token = await accessToken(refused).catch(() => null);
    return token ? { Authorization: `Bearer ${token}` } : {};
  },
  retryAttempts: Infinity,
  shouldRetry: () => true,
  retryWait: (retries) => {
    const wait = Math.min(500 * 2 ** retries, LONGEST_WAIT);
    return new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
  },
  keepAlive: HEARTBEAT,
  on: {
    ping: (received) => {
      if (received) return;
      window.clearTimeout(overdue);
      overdue = window.setTimeout(() => socket.terminate(), HEARTBEAT);
    },
    pong: (received) => {
      if (received) window.clearTimeout(overdue);
    },
    closed: (event) => {
      window.clearTimeout(overdue);
      if ((event as CloseEvent).code === TOKEN_REFUSED && token) refused = token;
    },
  },
});
