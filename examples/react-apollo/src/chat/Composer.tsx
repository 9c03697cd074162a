import { useRef, useState, type FormEvent, type KeyboardEvent, type RefObject } from "react";
import { ErrorNote } from "../ui/ErrorNote";

interface Props {
  input: RefObject<HTMLTextAreaElement | null>;
  /** Whether the message has arrived; if not, the text stays to be sent again. */
  onSend: (text: string) => Promise<boolean>;
  error: unknown;
  isSending: boolean;
  /** Stops the answer that is being written. Null while there is none. */
  onStop: (() => void) | null;
  isStopping: boolean;
}

export function Composer({ input, onSend, error, isSending, onStop, isStopping }: Props) {
  const [text, setText] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const canSend = text.trim() !== "" && !isSending && !onStop;

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (canSend && (await onSend(text.trim()))) setText("");
  }

  function stop() {
    input.current?.focus();
    onStop?.();
  }

  // Enter sends and Shift+Enter breaks the line; Enter that ends the composition of a character does neither.
  function press(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  }

  return (
    <form className="composer" ref={form} onSubmit={submit}>
      <div className="column">
        <ErrorNote error={error} />
        <div className="composer-box">
          <label className="hidden" htmlFor="message">
            Your message
          </label>
          <textarea
            id="message"
            ref={input}
            rows={1}
            maxLength={10_000}
            placeholder="Ask something"
            autoFocus
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={press}
          />
          {onStop ? (
            <button type="button" disabled={isStopping} onClick={stop}>
              Stop
            </button>
          ) : (
            <button className="primary" disabled={!canSend}>
              Send
            </button>
          )}
        </div>
      </div>
    </form>
  );
}
