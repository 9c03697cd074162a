import { useQuery, useSubscription } from "@apollo/client/react";
import { useEffect } from "react";
import { socket } from "../api/socket";
import { graphql, readFragment } from "../gql";
import { addMessages, Chat, ChatMessage } from "./messages";

const ConversationEvents = graphql(`
  subscription ConversationEvents($id: ID!) {
    conversation(id: $id) {
      ... on MessageAdded {
        message {
          ...ChatMessage
        }
      }
      ... on ConversationChanged {
        conversation {
          id
          title
        }
      }
    }
  }
`);

/** A conversation with its messages, newest first, kept up to date with what other tabs and devices say in it. */
export function useConversation(id: string | null) {
  const { data, error, fetchMore, refetch } = useQuery(Chat, { variables: { id: id ?? "" }, skip: !id });

  useSubscription(ConversationEvents, {
    variables: { id: id ?? "" },
    skip: !id,
    onData: ({ client, data: { data } }) => {
      const event = data?.conversation;
      if (id && event?.__typename === "MessageAdded") addMessages(client.cache, id, [event.message]);
    },
  });

  // What happened while the socket was lost is not sent again: read it.
  useEffect(() => {
    if (!id) return;
    return socket.on("connected", (_socket, _payload, wasRetry) => {
      if (wasRetry) void refetch().catch(() => {});
    });
  }, [id, refetch]);

  const conversation = data?.node.__typename === "Conversation" ? data.node : null;
  const page = conversation?.messages.pageInfo;
  const after = page?.hasNextPage ? page.endCursor : null;
  return {
    title: conversation?.title,
    messages: conversation?.messages.edges.map(({ node }) => readFragment(ChatMessage, node)) ?? [],
    isLoading: Boolean(id) && !conversation && !error,
    error,
    earlier: after ? () => fetchMore({ variables: { after } }) : null,
  };
}
