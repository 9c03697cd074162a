import type { ApolloCache } from "@apollo/client";
import { useQuery } from "@apollo/client/react";
import { graphql, readFragment, type FragmentType } from "../gql";

const ListedDocument = graphql(`
  fragment ListedDocument on Document {
    id
    status
    ...DocumentRow
  }
`);

const Documents = graphql(`
  query Documents($after: String) {
    viewer {
      documents(first: 10, after: $after) {
        edges {
          cursor
          node {
            ...ListedDocument
          }
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  }
`);

/** The person's documents, newest first, page by page. */
export function useDocuments() {
  const { data, error, fetchMore } = useQuery(Documents);
  const connection = data?.viewer?.documents;
  const after = connection?.pageInfo.hasNextPage ? connection.pageInfo.endCursor : null;
  return {
    documents: connection?.edges.map(({ node }) => readFragment(ListedDocument, node)) ?? [],
    error,
    more: after ? () => fetchMore({ variables: { after } }) : null,
  };
}

/** Puts new documents on top of the list. */
export function addDocuments(cache: ApolloCache, added: FragmentType<typeof ListedDocument>[]) {
  cache.updateQuery({ query: Documents }, (data) => {
    if (!data?.viewer) return;
    const { documents } = data.viewer;
    const edges = added.map((node) => ({ __typename: "DocumentEdge" as const, cursor: "", node }));
    return { viewer: { ...data.viewer, documents: { ...documents, edges: [...edges, ...documents.edges] } } };
  });
}
