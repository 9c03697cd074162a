import { ApolloLink } from "@apollo/client";
import { tap } from "rxjs";

/**
 * Takes subscriptions up where they stopped: each step that has a `cursor` sets the variable `$after`. When the socket
 * is lost, graphql-ws sends the same operation again, now with the place of the last step that arrived, and the server
 * goes on behind it. Stands directly before the link of the socket, which hands on this very object of variables.
 */
export const resume = new ApolloLink((operation, forward) =>
  forward(operation).pipe(
    tap(({ data }) => {
      const step: unknown = data && Object.values(data)[0];
      if (step && typeof step === "object" && "cursor" in step) operation.variables.after = step.cursor;
    }),
  ),
);
