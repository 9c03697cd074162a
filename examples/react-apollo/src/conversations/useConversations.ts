import type { ApolloCache } from "@apollo/client";
import { useQuery } from "@apollo/client/react";
import { graphql } from "../gql";

const Conversations = graphql(`
  query Conversations($after: String) {
    viewer {
      conversations(first: 20, after: $after, filter: { status: ACTIVE }) {
        edges {
          cursor
          node {
            id
            title
          }
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  }
`);

/** The person's conversations, the one spoken in last first, page by page. */
export function useConversations() {
  const { data, error, loading, fetchMore } = useQuery(Conversations);
  const connection = data?.viewer?.conversations;
  const after = connection?.pageInfo.hasNextPage ? connection.pageInfo.endCursor : null;
  return {
    conversations: connection?.edges.map(({ node }) => node) ?? [],
    error,
    loading,
    // `relayStylePagination` puts the page behind those that are there.
    more: after ? () => fetchMore({ variables: { after } }) : null,
  };
}

/** Puts a conversation in which something was just said on top of the list. */
export function moveToTop(
  cache: ApolloCache,
  conversation: { __typename?: "Conversation"; id: string; title: string },
) {
  cache.updateQuery({ query: Conversations }, (data) => {
    if (!data?.viewer) return;
    const { conversations } = data.viewer;
    const edges = conversations.edges.filter(({ node }) => node.id !== conversation.id);
    // No page ever begins behind the first row, so its cursor is never asked for.
    const edge = {
      __typename: "ConversationEdge" as const,
      cursor: "",
      node: { __typename: "Conversation" as const, ...conversation },
    };
    return { ...data, viewer: { ...data.viewer, conversations: { ...conversations, edges: [edge, ...edges] } } };
  });
}
