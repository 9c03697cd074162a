import { Chat } from "./chat/Chat";
import { ConversationList } from "./conversations/ConversationList";
import { useRoute } from "./conversations/useRoute";
import { Documents } from "./documents/Documents";
import { Account } from "./session/Account";
import { restore } from "./session/session";
import { SignIn } from "./session/SignIn";
import { useSession } from "./session/useSession";

export function App() {
  const session = useSession();
  const [conversationId, open] = useRoute();

  if (session.status === "signedOut") return <SignIn expired={session.expired} />;
  if (session.status === "restoring") return session.unreachable ? <Unreachable /> : null;
  return (
    <div className="app">
      {/* Not a link: the address names the conversation. */}
      <button className="skip" onClick={() => document.getElementById("message")?.focus()}>
        Skip to your message
      </button>
      <aside className="sidebar">
        <ConversationList current={conversationId} onOpen={open} />
        <Documents />
        <Account user={session.user} />
      </aside>
      {/* The key gives every conversation a chat of its own: no draft, scroll or answer of another. */}
      <Chat key={conversationId ?? "new"} conversationId={conversationId} onBegun={open} />
    </div>
  );
}

function Unreachable() {
  return (
    <main className="alone">
      <p role="alert">The server cannot be reached.</p>
      <button onClick={() => void restore()}>Try again</button>
    </main>
  );
}
