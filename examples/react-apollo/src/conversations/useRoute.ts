import { useCallback, useSyncExternalStore } from "react";

const PREFIX = "#/conversations/";

function subscribe(listener: () => void) {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

/** The open conversation by the page's address, so that it survives a reload. Null begins a new one. */
export function useRoute() {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const conversationId = hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : null;
  const open = useCallback((id: string | null) => {
    window.location.hash = id ? PREFIX + id : "#/";
  }, []);
  return [conversationId, open] as const;
}
