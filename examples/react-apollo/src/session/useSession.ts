import { useSyncExternalStore } from "react";
import { getSession, subscribe } from "./session";

/** Who is signed in, if anybody. */
export function useSession() {
  return useSyncExternalStore(subscribe, getSession);
}
