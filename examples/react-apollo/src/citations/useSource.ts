import { useQuery } from "@apollo/client/react";
import { graphql } from "../gql";

/** Characters around the quote, on either side. */
const AROUND = 700;

const SourceDocument = graphql(`
  query SourceDocument($id: ID!, $from: Int!, $start: Int!, $end: Int!, $to: Int!) {
    node(id: $id) {
      id
      ... on Document {
        pageCount
        charCount
        downloadUrl
        before: text(fromChar: $from, toChar: $start)
        quoted: text(fromChar: $start, toChar: $end)
        after: text(fromChar: $end, toChar: $to)
      }
    }
  }
`);

interface Place {
  documentId: string | undefined;
  startChar: number;
  endChar: number;
}

/** A quote in its surroundings, cut by the server: its places count characters, and those of JavaScript do not. */
export function useSource({ documentId, startChar, endChar }: Place) {
  const from = Math.max(0, startChar - AROUND);
  const to = endChar + AROUND;
  const { data, error, loading } = useQuery(SourceDocument, {
    variables: { id: documentId ?? "", from, start: startChar, end: endChar, to },
    skip: !documentId,
    // The address for downloads holds for an hour.
    fetchPolicy: "no-cache",
  });
  const document = data?.node.__typename === "Document" ? data.node : null;
  return {
    document: document && {
      ...document,
      before: from > 0 ? `…${document.before}` : document.before,
      after: to < (document.charCount ?? 0) ? `${document.after}…` : document.after,
    },
    error,
    loading,
  };
}
