import { useState, type FormEvent } from "react";

/** Submits a form, and keeps what is in it when it is refused: React empties a form after an `action`, whatever came of it. */
export function useSubmit(action: (form: FormData) => Promise<void>) {
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setPending(true);
    setError(null);
    try {
      await action(new FormData(event.currentTarget));
    } catch (failure) {
      setError(failure);
    } finally {
      setPending(false);
    }
  }

  return { onSubmit, error, isPending };
}
