import { useMutation } from "@apollo/client/react";
import { graphql } from "../gql";

const StopGeneration = graphql(`
  mutation StopGeneration($input: StopGenerationInput!) {
    stopGeneration(input: $input) {
      generation {
        ...Generation
      }
    }
  }
`);

/** Stops a text. What there is of it stays; the payload brings it into the cache. */
export function useStop() {
  const [mutate, { error, loading }] = useMutation(StopGeneration);
  const stop = (generationId: string) => mutate({ variables: { input: { generationId } } }).catch(() => {});
  return { stop, error, isStopping: loading };
}
