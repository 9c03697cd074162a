import { ApolloClient, InMemoryCache } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import introspection from "../gql/possibleTypes";
import { getSession, subscribe } from "../session/session";
import { link } from "./links";
import { socket } from "./socket";

export const client = new ApolloClient({
  link,
  cache: new InMemoryCache({
    possibleTypes: introspection.possibleTypes,
    typePolicies: {
      // There is one viewer. Without a key its fields would replace each other, query by query.
      Viewer: {
        keyFields: [],
        fields: { conversations: relayStylePagination(["filter"]), documents: relayStylePagination(["filter"]) },
      },
      // Each event stands for itself: the next one replaces it.
      Subscription: { fields: { conversation: { merge: false } } },
      Conversation: { fields: { messages: relayStylePagination() } },
    },
  }),
});

// Nothing of one person stays for the next.
subscribe(() => {
  if (getSession().status !== "signedOut") return;
  socket.terminate();
  void client.clearStore();
});
