import { useApolloClient } from "@apollo/client/react";
import { useEffect, useReducer } from "react";
import { graphql, readFragment, type FragmentType } from "../gql";
import type { FollowSubscription, GenerationFragment } from "../gql/graphql";

export const Generation = graphql(`
  fragment Generation on Generation {
    id
    status
    text
    citations {
      answerEndChar
      ...CitationMarker
    }
    error {
      message
    }
  }
`);

const Follow = graphql(`
  subscription Follow($id: ID!, $after: String) {
    generation(id: $id, after: $after) {
      cursor
      ... on TextAppended {
        text
      }
      ... on CitationsFound {
        citations {
          answerEndChar
          ...CitationMarker
        }
      }
      ... on GenerationEnded {
        generation {
          ...Generation
        }
      }
    }
  }
`);

type Step = FollowSubscription["generation"] | "begin" | { failure: unknown };

interface Followed {
  text: string;
  citations: GenerationFragment["citations"];
  failure?: unknown;
}

const NOTHING: Followed = { text: "", citations: [] };

function reduce(followed: Followed, step: Step): Followed {
  if (step === "begin") return NOTHING;
  if ("failure" in step) return { ...followed, failure: step.failure };
  switch (step.__typename) {
    case "TextAppended":
      return { ...followed, text: followed.text + step.text };
    case "CitationsFound":
      return { ...followed, citations: [...followed.citations, ...step.citations] };
    default:
      return followed;
  }
}

/**
 * A text while a model writes it. Follows it from its beginning, whatever of it is there already: so a page that was
 * reloaded, or comes late, sees the same text as one that was there all the time. The end brings the generation as it
 * is stored, which the cache then has.
 */
export function useGeneration(reference: FragmentType<typeof Generation>) {
  const client = useApolloClient();
  const stored = readFragment(Generation, reference);
  const [followed, step] = useReducer(reduce, NOTHING);
  const { id, status } = stored;
  const isWriting = status === "QUEUED" || status === "RUNNING";

  useEffect(() => {
    if (!isWriting) return;
    step("begin");
    // The cache keeps the whole and not its steps.
    const subscription = client.subscribe({ query: Follow, variables: { id }, fetchPolicy: "no-cache" }).subscribe({
      next: ({ data, error }) => {
        if (error) return step({ failure: error });
        if (!data) return;
        step(data.generation);
        if (data.generation.__typename === "GenerationEnded") {
          const ended = data.generation.generation;
          client.cache.writeFragment({
            fragment: Generation,
            fragmentName: "Generation",
            data: readFragment(Generation, ended),
          });
        }
      },
      error: (failure: unknown) => step({ failure }),
    });
    return () => subscription.unsubscribe();
  }, [client, id, isWriting]);

  // Until the stream has caught up, what was stored when the page asked is the longer part of the same text.
  const isBehind = !isWriting || followed.text.length < stored.text.length;
  const { text, citations } = isBehind ? stored : followed;
  return { id, text, citations, isWriting, status, reason: stored.error?.message, failure: followed.failure };
}
