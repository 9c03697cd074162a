/**
 * The refresh token, shared by all tabs and kept over reloads. A token is good for one exchange, and a second use of it
 * ends the sign-in: so all tabs read the same copy, and exchange it one at a time.
 */
const KEY = "elenchus.refreshToken";

export const read = () => localStorage.getItem(KEY);
export const write = (token: string) => localStorage.setItem(KEY, token);
export const clear = () => localStorage.removeItem(KEY);

/** Calls back when another tab has signed out. */
export function onCleared(callback: () => void) {
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key === KEY && newValue === null) callback();
  });
}

/** Runs a task while no other tab runs one. Pages without TLS have no locks; there the server's grace of seconds must do. */
export async function exclusively<Result>(task: () => Promise<Result>): Promise<Result> {
  return navigator.locks ? await navigator.locks.request(KEY, task) : task();
}
