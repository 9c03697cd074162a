import { graphql } from "../generated/index.ts";

export const CONVERSATION = graphql(`
  fragment ConversationLine on Conversation {
    id
    title
    kind
    status
    costUsd
    metadata
    updatedAt
  }
`);

export const CREATE = graphql(`
  mutation Create($input: CreateConversationInput!) {
    createConversation(input: $input) {
      conversation {
        id
        ...ConversationLine
      }
    }
  }
`);

export const RENAME = graphql(`
  mutation Rename($conversationId: ID!, $title: String!) {
    updateConversation(input: { conversationId: $conversationId, title: $title }) {
      conversation {
        id
        title
        updatedAt
      }
    }
  }
`);

export const CONVERSATIONS = graphql(`
  query Conversations($first: Int!, $after: String) {
    viewer {
      conversations(first: $first, after: $after) {
        totalCount
        edges {
          cursor
          node {
            id
            title
            ...ConversationLine
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

export const CONVERSATION_BY_ID = graphql(`
  query ConversationById($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Conversation {
        title
        messages(first: 10) {
          nodes {
            id
            role
            status
            content
            citations {
              marker
              quote
              document {
                id
                filename
              }
            }
          }
        }
      }
    }
  }
`);

export const SEND = graphql(`
  mutation Send($input: SendMessageInput!) {
    sendMessage(input: $input) {
      conversation {
        id
      }
      message {
        id
        status
      }
      reply {
        id
        status
        content
        generation {
          id
          status
        }
      }
    }
  }
`);

export const SET_TYPING = graphql(`
  mutation SetTyping($conversationId: ID!, $isTyping: Boolean!) {
    setTyping(input: { conversationId: $conversationId, isTyping: $isTyping }) {
      isTyping
    }
  }
`);

export const NEWS = graphql(`
  subscription News($id: ID!) {
    conversation(id: $id) {
      __typename
      ... on ConversationChanged {
        conversation {
          id
          title
          updatedAt
        }
      }
      ... on TypingChanged {
        userId
        isTyping
      }
      ... on ConversationDeleted {
        id
      }
    }
  }
`);

export const DELETE = graphql(`
  mutation Delete($conversationId: ID!) {
    deleteConversation(input: { conversationId: $conversationId }) {
      deletedId
    }
  }
`);
