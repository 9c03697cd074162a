// Puts GraphiQL on the page and the sign-in above it.

import { documents } from "./documents.js";
import { fetcherFor, socketTo } from "./fetcher.js";
import { Session } from "./session.js";

// Relative, so that a proxy may serve everything below a path.
const endpoint = new URL("graphql", document.baseURI);
const socketUrl = new URL("graphql/ws", document.baseURI);
socketUrl.protocol = socketUrl.protocol.replace("http", "ws");

const element = (id) => document.getElementById(id);
const session = new Session(endpoint);
const socket = socketTo(socketUrl.href, session);

/** GraphiQL's memory under a name of ours: another tool on the same host and port has its own. */
const storage = {
  prefix: "elenchus:",
  keys: () => Object.keys(localStorage).filter((key) => key.startsWith(storage.prefix)),
  getItem: (key) => localStorage.getItem(storage.prefix + key),
  setItem: (key, value) => localStorage.setItem(storage.prefix + key, value),
  removeItem: (key) => localStorage.removeItem(storage.prefix + key),
  clear: () => storage.keys().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return storage.keys().length;
  },
};

async function mount() {
  const samples = await documents("operations.graphql");
  const { React, ReactDOM, GraphiQL } = window;
  const root = ReactDOM.createRoot(element("graphiql"));
  const fetcher = fetcherFor(endpoint, session, socket);
  const options = { fetcher, storage, defaultTabs: samples, defaultEditorToolsVisibility: "variables" };
  // The page has its name in the bar.
  const logo = React.createElement(GraphiQL.Logo, null, " ");
  root.render(React.createElement(GraphiQL, { ...options, inputValueDeprecation: true }, logo));
}

function notify(text) {
  element("notice").textContent = text;
}

function show(mode) {
  for (const id of ["by-password", "by-token", "signed-in"]) element(id).hidden = id !== mode;
}

function showUser() {
  const { user } = session;
  element("name").textContent = user?.name ?? "Token in use";
  show(user ? "signed-in" : "by-password");
}

/** Runs what a form or button asks for; what goes wrong is said in the bar. */
async function act(control, action) {
  notify("");
  control.disabled = true;
  try {
    await action();
  } catch (error) {
    notify(error.message);
  } finally {
    control.disabled = false;
  }
}

function onSubmit(id, action) {
  element(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.submitter ?? event.target.querySelector("[type=submit]"), action);
  });
}

onSubmit("by-password", () => session.signIn(element("identifier").value, element("password").value));
onSubmit("by-token", () => {
  session.useToken(element("token").value.trim().replace(/^Bearer\s+/i, ""));
  element("token").value = "";
});
element("sign-out").addEventListener("click", (event) => act(event.currentTarget, () => session.signOut()));
element("samples").addEventListener("click", () => {
  // What GraphiQL opens again; its theme and history stay.
  const open = ["tabState", "query", "variables", "headers", "operationName"].map((name) => `graphiql:${name}`);
  open.forEach(storage.removeItem);
  location.reload();
});
for (const button of document.querySelectorAll("[data-mode]")) {
  button.addEventListener("click", () => show(button.dataset.mode));
}

session.addEventListener("change", () => {
  showUser();
  // A socket speaks for whoever opened it.
  socket.terminate();
});
session.addEventListener("ended", () => notify("The session has ended. Please sign in again."));
showUser();

async function prefill() {
  const response = await fetch(new URL("graphiql/config.json", document.baseURI));
  const { demoLogin } = await response.json();
  if (!demoLogin) return;
  element("identifier").value ||= demoLogin.email;
  element("password").value ||= demoLogin.password;
}

prefill().catch((error) => notify(error.message));
mount().catch((error) => notify(`GraphiQL did not start: ${error.message}`));
