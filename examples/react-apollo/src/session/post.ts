import { CombinedGraphQLErrors } from "@apollo/client/errors";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import { graphqlUrl } from "../api/addresses";

/**
 * One operation over plain HTTP. Signing in and refreshing go this way and not through Apollo's links, since those links
 * wait for what it brings.
 */
export async function post<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  token?: string,
): Promise<Data> {
  const response = await fetch(graphqlUrl, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json",
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new CombinedGraphQLErrors({ data, errors });
  return data;
}
