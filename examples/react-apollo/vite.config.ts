import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Where the server runs. The page asks its own host, which passes on to it: no CORS, and the page knows no address.
const target = process.env.ELENCHUS_URL ?? "http://127.0.0.1:8000";
const proxy = { "/graphql": { target, ws: true }, "/files": { target } };

export default defineConfig({
  plugins: [react()],
  server: { proxy },
  preview: { proxy },
});
