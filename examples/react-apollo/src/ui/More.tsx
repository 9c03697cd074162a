import { useTransition } from "react";

interface Props {
  /** Loads the next page. Null where there is none. */
  load: (() => Promise<unknown>) | null;
  label: string;
}

export function More({ load, label }: Props) {
  const [pending, start] = useTransition();
  if (!load) return null;
  // A page that does not come shows as the error of its list.
  const press = () => start(async () => void (await load().catch(() => {})));
  return (
    <button className="quiet more" disabled={pending} onClick={press}>
      {pending ? "Loading…" : label}
    </button>
  );
}
