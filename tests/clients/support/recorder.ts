// What a client really sent, and what it was answered.

export interface Exchange {
  method: string;
  url: string;
  headers: Headers;
  /** The JSON that was sent; null for what is not JSON. */
  body: Record<string, unknown> | null;
  status: number;
  /** The media type of the answer, without its parameters. */
  answered: string | undefined;
}

/** A `fetch` that keeps a note of each exchange. */
export function recorder(): { fetch: typeof fetch; exchanges: Exchange[] } {
  const exchanges: Exchange[] = [];
  const recording: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    exchanges.push({
      method: init?.method ?? "GET",
      url: String(input),
      headers: new Headers(init?.headers),
      body: typeof init?.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : null,
      status: response.status,
      answered: response.headers.get("content-type")?.split(";")[0],
    });
    return response;
  };
  return { fetch: recording, exchanges };
}
