import { useMutation } from "@apollo/client/react";
import { useRef } from "react";
import { moveToTop } from "../conversations/useConversations";
import { graphql } from "../gql";
import { addMessages } from "./messages";

const SendMessage = graphql(`
  mutation SendMessage($input: SendMessageInput!) {
    sendMessage(input: $input) {
      conversation {
        id
        title
      }
      message {
        ...ChatMessage
      }
      reply {
        ...ChatMessage
      }
    }
  }
`);

/** Any text of our own. Not `randomUUID`, which pages without TLS do not have. */
function newKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

/**
 * Says something. The key makes a repeated request the same message: it stays until the message has arrived, so that
 * trying again after a broken connection never says a thing twice.
 */
export function useSend(conversationId: string | null) {
  const attempt = useRef({ text: "", key: "" });
  const [mutate, { error, loading }] = useMutation(SendMessage, {
    update: (cache, { data }) => {
      if (!data) return;
      const { conversation, message, reply } = data.sendMessage;
      moveToTop(cache, conversation);
      addMessages(cache, conversation.id, [reply, message]);
    },
  });

  /** The conversation's id once it has arrived; null when it has not, and `error` says why. */
  async function send(text: string, parentId: string | null) {
    if (attempt.current.text !== text) attempt.current = { text, key: newKey() };
    const idempotencyKey = attempt.current.key;
    try {
      const { data } = await mutate({ variables: { input: { conversationId, parentId, text, idempotencyKey } } });
      attempt.current = { text: "", key: "" };
      return data?.sendMessage.conversation.id ?? null;
    } catch {
      return null;
    }
  }

  return { send, error, isSending: loading };
}
