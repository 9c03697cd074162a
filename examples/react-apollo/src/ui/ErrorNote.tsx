import { sentence } from "../api/errors";

/** An error in words, read out when it appears. */
export function ErrorNote({ error }: { error: unknown }) {
  return error ? (
    <p className="error" role="alert">
      {sentence(error)}
    </p>
  ) : null;
}
