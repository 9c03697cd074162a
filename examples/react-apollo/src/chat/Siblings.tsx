interface Props {
  ids: string[];
  current: string;
  onChoose: (messageId: string) => void;
}

/** Switches between what was said, or answered, at the same place. */
export function Siblings({ ids, current, onChoose }: Props) {
  if (ids.length < 2) return null;
  const place = ids.indexOf(current);
  const step = (label: string, sign: string, by: number) => {
    const id = ids[place + by];
    // Not `disabled`, which would take the focus from whoever steps through them by keyboard.
    return (
      <button className="quiet" aria-label={label} aria-disabled={!id} onClick={() => id && onChoose(id)}>
        {sign}
      </button>
    );
  };
  return (
    <div className="siblings" role="group" aria-label="Versions">
      {step("Version before", "‹", -1)}
      <span aria-live="polite">
        {place + 1} of {ids.length}
      </span>
      {step("Next version", "›", 1)}
    </div>
  );
}
