import { ApolloLink } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { ErrorLink } from "@apollo/client/link/error";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import UploadHttpLink from "apollo-upload-client/UploadHttpLink.mjs";
import { OperationTypeNode } from "graphql";
import { from, switchMap } from "rxjs";
import { accessToken } from "../session/session";
import { graphqlUrl } from "./addresses";
import { codeOf } from "./errors";
import { resume } from "./resume";
import { socket } from "./socket";

/** Sends the token along, a fresh one where the old one is about to end. */
const authorize = new SetContextLink(async ({ headers, token }) => {
  const current = token ?? (await accessToken());
  return { token: current, headers: { ...headers, ...(current && { authorization: `Bearer ${current}` }) } };
});

/** A token may end before its time, by the server's clock or its will: once, gets another and asks again. */
const reauthorize = new ErrorLink(({ error, operation, forward }) => {
  if (codeOf(error) !== "UNAUTHENTICATED") return;
  const { token, headers } = operation.getContext();
  return from(accessToken(token)).pipe(
    switchMap((next) => {
      if (!next) throw error;
      operation.setContext({ token: next, headers: { ...headers, authorization: `Bearer ${next}` } });
      return forward(operation);
    }),
  );
});

/** Queries, mutations, and uploads: variables that hold a file go as multipart. */
const http = ApolloLink.from([authorize, reauthorize, new UploadHttpLink({ uri: graphqlUrl })]);

const subscriptions = ApolloLink.from([resume, new GraphQLWsLink(socket)]);

export const link = ApolloLink.split(
  ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
  subscriptions,
  http,
);
