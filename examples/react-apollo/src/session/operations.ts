import { graphql } from "../gql";

export const SignedIn = graphql(`
  fragment SignedIn on AuthPayload {
    accessToken
    expiresAt
    refreshToken
    user {
      id
      email
      fullName
    }
  }
`);

export const Login = graphql(`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      ...SignedIn
    }
  }
`);

export const Register = graphql(`
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      ...SignedIn
    }
  }
`);

export const RefreshSession = graphql(`
  mutation RefreshSession($input: RefreshSessionInput!) {
    refreshSession(input: $input) {
      ...SignedIn
    }
  }
`);

export const Logout = graphql(`
  mutation Logout {
    logout {
      user {
        id
      }
    }
  }
`);
