import { useMutation } from "@apollo/client/react";
import { graphql, readFragment } from "../gql";
import { addMessages, ChatMessage } from "./messages";

const RegenerateReply = graphql(`
  mutation RegenerateReply($input: RegenerateReplyInput!) {
    regenerateReply(input: $input) {
      conversation {
        id
      }
      reply {
        ...ChatMessage
      }
    }
  }
`);

/** Has a message answered anew: another reply beside those there are, whose id goes to `onReply`. */
export function useRegenerate(onReply: (messageId: string) => void) {
  const [mutate, { error, loading }] = useMutation(RegenerateReply, {
    update: (cache, { data }) => {
      if (data) addMessages(cache, data.regenerateReply.conversation.id, [data.regenerateReply.reply]);
    },
    onCompleted: ({ regenerateReply }) => onReply(readFragment(ChatMessage, regenerateReply.reply).id),
  });
  const regenerate = (messageId: string) => mutate({ variables: { input: { messageId } } }).catch(() => {});
  return { regenerate, error, isAsking: loading };
}
