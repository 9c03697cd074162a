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
  onRegenerate: (() => void) | null;
}

/** One message of the branch, with the way to those beside it. */
export function Message({ message, siblings, onChoose, onRegenerate }: Props) {
  const { id, role, content, generation } = readFragment(MessageFragment, message);
  const switcher = <Siblings ids={siblings} current={id} onChoose={onChoose} />;
  if (role === "ASSISTANT" && generation) {
    return (
      <Reply generation={generation} onRegenerate={onRegenerate}>
        {switcher}
      </Reply>
    );
  }
  return (
    <article className="message said" aria-label="You">
      <p className="bubble">{content}</p>
      {switcher}
    </article>
  );
}
