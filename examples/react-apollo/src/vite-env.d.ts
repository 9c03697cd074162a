interface ImportMetaEnv {
  /** Where the server is, such as https://ai.example.org. Empty: on the host that the page came from. */
  readonly VITE_ELENCHUS_URL?: string;
}
