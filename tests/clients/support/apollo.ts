// Apollo Client as an application would set it up.

import { ApolloClient, type ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { relayStylePagination } from "@apollo/client/utilities";

import type { Person } from "./people.ts";
import { HTTP } from "./server.ts";

export function cache(): InMemoryCache {
  return new InMemoryCache({
    possibleTypes: { GenerationEvent: ["TextAppended", "CitationsFound", "GenerationEnded"] },
    typePolicies: {
      // The viewer has no id: there is but one.
      Viewer: {
        merge: true,
        fields: { conversations: relayStylePagination(["filter"]), documents: relayStylePagination(["filter"]) },
      },
    },
  });
}

export function signedIn(person: Person): ApolloLink {
  return new SetContextLink(({ headers }) => ({
    headers: { ...(headers as Record<string, string> | undefined), authorization: person.authorization },
  }));
}

/** A client over HTTP, or over another link that ends the chain. */
export function apollo(person: Person, last: ApolloLink = new HttpLink({ uri: HTTP })): ApolloClient {
  return new ApolloClient({ cache: cache(), link: signedIn(person).concat(last) });
}

/** What went wrong, as Apollo says it. */
export async function failure(asking: Promise<unknown>): Promise<CombinedGraphQLErrors> {
  let error: unknown;
  try {
    await asking;
  } catch (thrown) {
    error = thrown;
  }
  if (CombinedGraphQLErrors.is(error)) return error;
  throw new Error(`not an error of GraphQL: ${String(error)}`);
}
