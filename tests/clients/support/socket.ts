// The websocket of a client, which a test can cut.

import WebSocket from "ws";

// Apollo's link asks the global one for its constants, and Node 20 has none.
if (!("WebSocket" in globalThis)) Object.assign(globalThis, { WebSocket });

export { WebSocket as Socket };

/** A class of sockets that knows those that were opened. */
export function sockets(): { Socket: new (address: string | URL, protocols?: string | string[]) => WebSocket; opened: WebSocket[] } {
  const opened: WebSocket[] = [];
  class Known extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      opened.push(this);
    }
  }
  return { Socket: Known, opened };
}
