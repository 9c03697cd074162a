// Node before 22 has no websocket of its own; the snippets are written for browsers and later ones.
import WebSocket from "ws";

globalThis.WebSocket ??= WebSocket;
