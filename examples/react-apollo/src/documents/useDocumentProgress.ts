import { useSubscription } from "@apollo/client/react";
import { graphql } from "../gql";

const DocumentProgress = graphql(`
  subscription DocumentProgress($ids: [ID!]!) {
    documentProgress(ids: $ids) {
      ...ListedDocument
    }
  }
`);

/** Follows documents until they are read. What comes goes into the cache by its id, and so to whoever shows it. */
export function useDocumentProgress(documents: { id: string; status: string }[]) {
  const ids = documents.filter(({ status }) => status !== "READY" && status !== "FAILED").map(({ id }) => id);
  const { error } = useSubscription(DocumentProgress, {
    variables: { ids: ids.slice(0, 100) },
    skip: ids.length === 0,
  });
  return error;
}
