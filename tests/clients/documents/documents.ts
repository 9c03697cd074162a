import { graphql } from "../generated/index.ts";

export const UPLOAD = graphql(`
  mutation UploadFiles($files: [Upload!]!) {
    uploadDocuments(input: { files: $files }) {
      documents {
        id
        filename
        mediaType
        byteSize
        sha256
        status
      }
    }
  }
`);

export const PROGRESS = graphql(`
  subscription Progress($ids: [ID!]!) {
    documentProgress(ids: $ids) {
      id
      status
      progress
    }
  }
`);

export const DOCUMENT = graphql(`
  query DocumentById($id: ID!) {
    node(id: $id) {
      ... on Document {
        id
        filename
        status
        text
        chunkCount
        downloadUrl
      }
    }
  }
`);
