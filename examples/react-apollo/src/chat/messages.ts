import type { ApolloCache } from "@apollo/client";
import { graphql, readFragment, type FragmentType } from "../gql";

/** What the chat itself needs of a message: its place in the tree. How it looks is the business of `Message`. */
export const ChatMessage = graphql(`
  fragment ChatMessage on Message {
    id
    parent {
      id
    }
    generation {
      id
      status
    }
    ...Message
  }
`);

export const Chat = graphql(`
  query Chat($id: ID!, $after: String) {
    node(id: $id) {
      id
      ... on Conversation {
        title
        messages(first: 50, after: $after) {
          edges {
            cursor
            node {
              ...ChatMessage
            }
          }
          pageInfo {
            endCursor
            hasNextPage
          }
        }
      }
    }
  }
`);

type Added = FragmentType<typeof ChatMessage>;

/** Puts messages, newest first, before those that are loaded; those that are there already stay where they are. */
export function addMessages(cache: ApolloCache, conversationId: string, added: Added[]) {
  cache.updateQuery({ query: Chat, variables: { id: conversationId } }, (data) => {
    if (data?.node.__typename !== "Conversation") return;
    const { messages } = data.node;
    const known = new Set(messages.edges.map(({ node }) => readFragment(ChatMessage, node).id));
    const edges = added
      .filter((message) => !known.has(readFragment(ChatMessage, message).id))
      .map((node) => ({ __typename: "MessageEdge" as const, cursor: "", node }));
    return { node: { ...data.node, messages: { ...messages, edges: [...edges, ...messages.edges] } } };
  });
}
