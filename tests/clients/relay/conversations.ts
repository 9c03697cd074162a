// What an application with Relay asks for: lists that load more, and objects that are fetched again by their id.

import { graphql } from "relay-runtime";

export const CONVERSATIONS = graphql`
  query conversationsQuery($count: Int!, $cursor: String) {
    viewer {
      ...conversations_viewer @arguments(count: $count, cursor: $cursor)
    }
  }
`;

export const VIEWER = graphql`
  fragment conversations_viewer on Viewer
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
  @refetchable(queryName: "conversationsPageQuery") {
    conversations(first: $count, after: $cursor) @connection(key: "conversations_viewer_conversations") {
      totalCount
      edges {
        node {
          id
          title
          ...conversations_line
        }
      }
    }
  }
`;

export const LINE = graphql`
  fragment conversations_line on Conversation {
    id
    title
    status
    costUsd
    metadata
    updatedAt
  }
`;

export const RENAME = graphql`
  mutation conversationsRenameMutation($input: UpdateConversationInput!) {
    updateConversation(input: $input) {
      conversation {
        ...conversations_line
      }
    }
  }
`;
