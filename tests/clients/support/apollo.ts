// Apollo Client as an application would set it up.

import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { OperationTypeNode } from "graphql";
import { type Client, createClient } from "graphql-ws";

import type { Person } from "./people.ts";
import { HTTP, SOCKET } from "./server.ts";
import { Socket } from "./socket.ts";

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

/** The same with subscriptions over a websocket, which is to be disposed of. */
export function apolloWithSocket(person: Person, last?: ApolloLink): { client: ApolloClient; socket: Client } {
  const connectionParams = () => ({ Authorization: person.authorization });
  const socket = createClient({ url: SOCKET, webSocketImpl: Socket, connectionParams });
  const client = apollo(person, last);
  const isSubscription = ({ operationType }: ApolloLink.Operation) => operationType === OperationTypeNode.SUBSCRIPTION;
  client.setLink(ApolloLink.split(isSubscription, new GraphQLWsLink(socket), client.link));
  return { client, socket };
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
