import { useMutation } from "@apollo/client/react";
import { graphql } from "../gql";
import { addDocuments } from "./useDocuments";

const UploadDocuments = graphql(`
  mutation UploadDocuments($files: [Upload!]!) {
    uploadDocuments(input: { files: $files }) {
      documents {
        ...ListedDocument
      }
    }
  }
`);

/** Uploads files, all of them or none. */
export function useUpload() {
  const [mutate, { error, loading }] = useMutation(UploadDocuments, {
    update: (cache, { data }) => {
      if (data) addDocuments(cache, data.uploadDocuments.documents);
    },
  });
  const upload = (files: File[]) => mutate({ variables: { files } }).catch(() => {});
  return { upload, error, isUploading: loading };
}
