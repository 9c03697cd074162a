import { ErrorNote } from "../ui/ErrorNote";
import { More } from "../ui/More";
import { useConversations } from "./useConversations";

interface Props {
  current: string | null;
  onOpen: (id: string | null) => void;
}

export function ConversationList({ current, onOpen }: Props) {
  const { conversations, error, loading, more } = useConversations();
  return (
    <nav className="panel conversations" aria-labelledby="conversations-title">
      <header>
        <h2 id="conversations-title">Conversations</h2>
        <button onClick={() => onOpen(null)}>New</button>
      </header>
      <ErrorNote error={error} />
      {!loading && conversations.length === 0 && <p className="hint">None yet. Ask something.</p>}
      <ul>
        {conversations.map(({ id, title }) => (
          <li key={id}>
            <button className="row" aria-current={id === current ? "page" : undefined} onClick={() => onOpen(id)}>
              {title || "Untitled"}
            </button>
          </li>
        ))}
      </ul>
      <More load={more} label="Older conversations" />
    </nav>
  );
}
