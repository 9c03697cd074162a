// The package's types are comments in its JavaScript, which do not pass the strictness of these tests.

declare module "apollo-upload-client/UploadHttpLink.mjs" {
  import type { ApolloLink } from "@apollo/client";

  interface Options {
    uri?: string;
    headers?: Record<string, string>;
    fetch?: typeof fetch;
  }

  export default class UploadHttpLink extends ApolloLink {
    constructor(options?: Options);
  }
}
