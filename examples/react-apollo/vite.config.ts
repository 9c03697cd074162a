import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Where the server runs. The page asks its own host, which passes on to it: no CORS, and the page knows no address.
const target = process.env.ELENCHUS_URL ?? "http://127.0.0.1:8000";
const proxy = { "/graphql": { target, ws: true }, "/files": { target } };

export default defineConfig({
  // Relative addresses: what is built works in any folder of a web server.
  base: "./",
  plugins: [react()],
  server: { proxy },
  preview: { proxy },
});
