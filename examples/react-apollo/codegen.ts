import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  // The file that the server prints with `elenchus schema`. Copy it along when you copy this folder.
  schema: "../../schema.graphql",
  documents: ["src/**/*.{ts,tsx}", "!src/gql/**"],
  generates: {
    "src/gql/": {
      preset: "client",
      // The default name, `useFragment`, looks like a hook, which it is not.
      presetConfig: { fragmentMasking: { unmaskFunctionName: "readFragment" } },
      config: {
        scalars: { Date: "string", DateTime: "string", Decimal: "string", JSON: "Record<string, unknown>", Upload: "File" },
        strictScalars: true,
        enumsAsTypes: true,
        useTypeImports: true,
      },
    },
    // Which types belong to which interface or union, for the cache.
    "src/gql/possibleTypes.ts": { plugins: ["fragment-matcher"] },
  },
};

export default config;
