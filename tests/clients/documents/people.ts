import { graphql } from "../generated/index.ts";

export const PERSON = graphql(`
  fragment Person on User {
    id
    email
    fullName
    role
    preferences
    createdAt
  }
`);

export const REGISTER = graphql(`
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      accessToken
      refreshToken
      expiresAt
      user {
        id
      }
    }
  }
`);

export const REFRESH = graphql(`
  mutation Refresh($refreshToken: String!) {
    refreshSession(input: { refreshToken: $refreshToken }) {
      accessToken
      refreshToken
    }
  }
`);

export const ME = graphql(`
  query Me {
    viewer {
      user {
        id
        ...Person
      }
    }
  }
`);
