import type { ReactNode } from "react";
import type { FragmentType } from "../gql";
import { ErrorNote } from "../ui/ErrorNote";
import { AnswerText } from "./AnswerText";
import { Announcement } from "./Announcement";
import { useGeneration, type Generation } from "./useGeneration";

interface Props {
  generation: FragmentType<typeof Generation>;
  onRegenerate: (() => void) | null;
  children: ReactNode;
}

/** An answer: as it is being written, and as it ended. */
export function Reply({ generation, onRegenerate, children }: Props) {
  const { text, citations, isWriting, status, reason, failure } = useGeneration(generation);
  return (
    // Busy keeps screen readers from reading every word as it comes; `Announcement` tells them sentence by sentence.
    <article className="message reply" aria-label="Answer" aria-busy={isWriting} data-status={status}>
      {isWriting && text === "" && <p className="hint thinking">Looking through your documents…</p>}
      <AnswerText text={text} citations={citations} isWriting={isWriting} />
      <Announcement text={text} isWriting={isWriting} />
      <ErrorNote error={failure} />
      {status === "STOPPED" && <p className="hint">Stopped here.</p>}
      {status === "FAILED" && (
        <p className="error" role="alert">
          {reason ?? "The answer broke off."}
        </p>
      )}
      {!isWriting && (
        <footer>
          {children}
          {onRegenerate && (
            <button className="quiet" onClick={onRegenerate}>
              Answer anew
            </button>
          )}
        </footer>
      )}
    </article>
  );
}
