import { useRef, useState } from "react";
import { Connection } from "../ui/Connection";
import { ErrorNote } from "../ui/ErrorNote";
import { More } from "../ui/More";
import { branch, siblings } from "./branch";
import { Composer } from "./Composer";
import { Message } from "./Message";
import { useConversation } from "./useConversation";
import { useRegenerate } from "./useRegenerate";
import { useSend } from "./useSend";
import { useStickToEnd } from "./useStickToEnd";
import { useStop } from "./useStop";

interface Props {
  /** Null begins a conversation with the first message. */
  conversationId: string | null;
  onBegun: (conversationId: string) => void;
}

export function Chat({ conversationId, onBegun }: Props) {
  const { title, messages, isLoading, error, earlier } = useConversation(conversationId);
  const [chosen, choose] = useState<string | null>(null);
  const sending = useSend(conversationId);
  const stopping = useStop();
  const regenerating = useRegenerate(choose);
  const thread = useStickToEnd();
  const input = useRef<HTMLTextAreaElement>(null);

  const shown = branch(messages, chosen);
  const last = shown.at(-1);
  const writing = last?.generation && ["QUEUED", "RUNNING"].includes(last.generation.status) ? last.generation : null;

  async function send(text: string) {
    // Whoever says something wants to see what comes of it.
    thread.current?.scrollTo(0, thread.current.scrollHeight);
    const id = await sending.send(text, last?.id ?? null);
    if (id && id !== conversationId) onBegun(id);
    return id !== null;
  }

  // The button that was pressed goes away, and must not take the focus along.
  function regenerate(messageId: string) {
    input.current?.focus();
    void regenerating.regenerate(messageId);
  }

  return (
    <main className="chat">
      {/* A new conversation follows nothing, and needs no connection. */}
      {conversationId && <Connection />}
      <div className="thread" ref={thread}>
        <div className="column">
          {conversationId === null && <Welcome />}
          {title && <h1>{title}</h1>}
          <More load={earlier} label="Earlier messages" />
          {isLoading && <p className="hint">Loading…</p>}
          <ErrorNote error={error} />
          {shown.map((message) => (
            <Message
              // By its place: whoever switches between siblings keeps the focus.
              key={message.parent?.id ?? "root"}
              message={message}
              siblings={siblings(messages, message).map(({ id }) => id)}
              onChoose={choose}
              // A message that is being answered must end before it can be answered again.
              onRegenerate={writing ? null : () => regenerate(message.id)}
            />
          ))}
          <ErrorNote error={regenerating.error ?? stopping.error} />
        </div>
      </div>
      {/* What is not there cannot be answered. */}
      {(!error || last) && (
        <Composer
          input={input}
          onSend={send}
          error={sending.error}
          isSending={sending.isSending}
          onStop={writing && (() => void stopping.stop(writing.id))}
          isStopping={stopping.isStopping}
        />
      )}
    </main>
  );
}

function Welcome() {
  return (
    <div className="welcome">
      <h1>Ask your documents</h1>
      <p className="hint">Answers rest on the documents at the side. The numbers in them open what they quote.</p>
    </div>
  );
}
