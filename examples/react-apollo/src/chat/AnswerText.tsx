import { CitationMarker } from "../citations/CitationMarker";
import type { GenerationFragment } from "../gql/graphql";
import { split } from "./split";

interface Props {
  text: string;
  citations: GenerationFragment["citations"];
  isWriting: boolean;
}

/**
 * The text with its markers as buttons. What the element holds as text is the answer, to the letter. Busy keeps screen
 * readers from reading every word as it comes: `Announcement`, beside it, tells them sentence by sentence.
 */
export function AnswerText({ text, citations, isWriting }: Props) {
  return (
    <div className={isWriting ? "answer writing" : "answer"} aria-busy={isWriting}>
      {split(text, citations).map((part, index) =>
        typeof part === "string" ? part : <CitationMarker key={index} citation={part} />,
      )}
    </div>
  );
}
