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
        scalars: { DateTime: "string", Decimal: "string", JSON: "Record<string, unknown>", Upload: "File" },
        strictScalars: true,
        enumsAsTypes: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
