import { graphql } from "../generated/index.ts";

export const ASK = graphql(`
  mutation Ask($question: String!, $model: String) {
    ask(input: { question: $question, model: $model }) {
      generation {
        id
      }
    }
  }
`);

export const FOLLOW = graphql(`
  subscription Follow($id: ID!, $after: String) {
    generation(id: $id, after: $after) {
      __typename
      cursor
      generationId
      ... on TextAppended {
        text
      }
      ... on CitationsFound {
        citations {
          marker
          quote
        }
      }
      ... on GenerationEnded {
        generation {
          id
          status
          text
          error {
            code
            message
          }
        }
      }
    }
  }
`);

export const GENERATION = graphql(`
  query GenerationById($id: ID!) {
    node(id: $id) {
      ... on Generation {
        id
        status
        text
        costUsd
        usage {
          totalTokens
        }
      }
    }
  }
`);
