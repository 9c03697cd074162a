import { graphql, readFragment, type FragmentType } from "../gql";
import { Reply } from "./Reply";
import { Siblings } from "./Siblings";

export const MessageFragment = graphql(`
  fragment Message on Message {
    id
    role
    content
    generation {
      ...Generation
    }
  }
`);

interface Props {
  message: FragmentType<typeof MessageFragment>;
  /** The ids of those that follow the same message, this one among them, oldest first. */
  siblings: string[];
  onChoose: (messageId: string) => void;
  /** Null while it cannot be answered anew. */
  onRegenerate: (() => void) | null;
}

/** One place of the branch: the message that stands there, and the way to those beside it. */
export function Message({ message, siblings, onChoose, onRegenerate }: Props) {
  const { id, role, content, generation } = readFragment(MessageFragment, message);
  return (
    <div className={generation ? "message" : "message said"}>
      {generation ? (
        <Reply key={id} generation={generation} />
      ) : (
        <article aria-label={role === "USER" ? "You" : "Note"} className="bubble">
          {content}
        </article>
      )}
      {(generation || siblings.length > 1) && (
        <footer>
          <Siblings ids={siblings} current={id} onChoose={onChoose} />
          {generation && onRegenerate && (
            <button className="quiet" onClick={onRegenerate}>
              Answer anew
            </button>
          )}
        </footer>
      )}
    </div>
  );
}
