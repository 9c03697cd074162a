// One conversation by its id: its messages, the newest first, and the passages of the documents that they cite.

import { graphql } from "relay-runtime";

export const CONVERSATION = graphql`
  query messagesQuery($id: ID!) {
    node(id: $id) {
      __typename
      ...messages_conversation @alias(as: "conversation")
    }
  }
`;

export const MESSAGES = graphql`
  fragment messages_conversation on Conversation
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "messagesPageQuery") {
    messages(first: $count, after: $cursor) @connection(key: "messages_conversation_messages") {
      edges {
        node {
          id
          role
          status
          content
          citations {
            marker
            document {
              ...messages_document
            }
          }
        }
      }
    }
  }
`;

export const DOCUMENT = graphql`
  fragment messages_document on Document
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" })
  @refetchable(queryName: "messagesDocumentQuery") {
    filename
    chunks(first: $count, after: $cursor) @connection(key: "messages_document_chunks") {
      edges {
        node {
          index
          content
        }
      }
    }
  }
`;

export const FOLLOW = graphql`
  subscription messagesFollowSubscription($id: ID!, $after: String) {
    generation(id: $id, after: $after) {
      __typename
      cursor
      ... on TextAppended {
        text
      }
      ... on GenerationEnded {
        generation {
          id
          status
          text
        }
      }
    }
  }
`;
