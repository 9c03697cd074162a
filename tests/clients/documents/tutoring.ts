import { graphql } from "../generated/index.ts";

export const LOGIN = graphql(`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      accessToken
    }
  }
`);

export const WEEKS = graphql(`
  query Weeks($code: String!) {
    course(code: $code) {
      weeks {
        id
        isOpen
      }
    }
  }
`);

export const START = graphql(`
  mutation Start($input: StartTutoringSessionInput!) {
    startTutoringSession(input: $input) {
      session {
        id
        question
        voice {
          agentId
          customLlmExtraBody
          firstMessage
        }
      }
    }
  }
`);

export const TRANSCRIPT = graphql(`
  mutation End($input: EndTutoringSessionInput!) {
    endTutoringSession(input: $input) {
      session {
        transcript {
          role
          status
          content
        }
      }
    }
  }
`);
