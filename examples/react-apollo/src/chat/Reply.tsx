import type { FragmentType } from "../gql";
import { ErrorNote } from "../ui/ErrorNote";
import { AnswerText } from "./AnswerText";
import { Announcement } from "./Announcement";
import { useGeneration, type Generation } from "./useGeneration";

/** An answer: as it is being written, and as it ended. */
export function Reply({ generation }: { generation: FragmentType<typeof Generation> }) {
  const { text, citations, isWriting, status, reason, failure } = useGeneration(generation);
  return (
    <article className="reply" aria-label="Answer" data-status={status}>
      {isWriting && text === "" && <p className="hint">Looking through your documents…</p>}
      <AnswerText text={text} citations={citations} isWriting={isWriting} />
      <Announcement text={text} isWriting={isWriting} />
      <ErrorNote error={failure} />
      {status === "STOPPED" && <p className="hint">Stopped here.</p>}
      {status === "FAILED" && (
        <p className="error" role="alert">
          {reason ?? "The answer broke off."}
        </p>
      )}
    </article>
  );
}
