/** The server's own address; that of the page where none was given to the build. */
const server = new URL(import.meta.env.VITE_ELENCHUS_URL || window.location.origin);

const socket = new URL("/graphql/ws", server);
socket.protocol = server.protocol === "https:" ? "wss:" : "ws:";

export const graphqlUrl = new URL("/graphql", server).href;
export const socketUrl = socket.href;

/** A download's address: it begins with a slash where the server does not know its own name. */
export function fileUrl(address: string) {
  return new URL(address, server).href;
}
