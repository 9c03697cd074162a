import { CombinedGraphQLErrors } from "@apollo/client/errors";

/** What to tell a person, by `extensions.code`. For codes that are not here the server itself says what is wrong, and where. */
const SENTENCES: Record<string, string> = {
  FORBIDDEN: "You may not do this.",
  NOT_FOUND: "This is not here any more, or it is not yours.",
  CONFLICT: "Something changed in the meantime. Look again, and try once more.",
  QUERY_TOO_COMPLEX: "This asks for too much at once.",
  UPSTREAM_UNAVAILABLE: "The server is short of something that it needs. Try again in a moment.",
  TIMEOUT: "This took too long. Try again in a moment.",
  QUOTA_EXCEEDED: "Your allowance is used up.",
  INTERNAL: "The server made a mistake. Try again; if it stays, tell whoever runs it.",
};

function first(error: unknown) {
  return CombinedGraphQLErrors.is(error) ? error.errors[0] : undefined;
}

/** The stable code of an error of the server; undefined for any other error. */
export function codeOf(error: unknown) {
  const code = first(error)?.extensions?.code;
  return typeof code === "string" ? code : undefined;
}

/** The messages for fields of a form, by path: `input.password`. */
export function fieldErrors(error: unknown): Record<string, string> {
  const fields = first(error)?.extensions?.fields;
  if (!Array.isArray(fields)) return {};
  return Object.fromEntries(fields.map(({ path, message }: { path: string; message: string }) => [path, message]));
}

/** An error as a sentence for a person. */
export function sentence(error: unknown) {
  const reported = first(error);
  if (!reported) return "The server cannot be reached. Check your connection and try again.";
  const code = codeOf(error) ?? "";
  if (code === "RATE_LIMITED") {
    const seconds = Number(reported.extensions?.retryAfterSeconds);
    return seconds ? `That was too fast. Try again in ${seconds} s.` : "That was too fast. Try again in a moment.";
  }
  return SENTENCES[code] ?? (Object.values(fieldErrors(error)).join(" ") || reported.message);
}
