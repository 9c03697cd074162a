interface Props {
  ids: string[];
  current: string;
  onChoose: (messageId: string) => void;
}

/** Switches between what was said, or answered, at the same place. */
export function Siblings({ ids, current, onChoose }: Props) {
  if (ids.length < 2) return null;
  const place = ids.indexOf(current);
  const go = (by: number) => {
    const id = ids[place + by];
    if (id) onChoose(id);
  };
  return (
    <div className="siblings" role="group" aria-label="Versions">
      <button className="quiet" aria-label="Version before" disabled={place === 0} onClick={() => go(-1)}>
        ‹
      </button>
      <span>
        {place + 1} of {ids.length}
      </span>
      <button className="quiet" aria-label="Next version" disabled={place === ids.length - 1} onClick={() => go(1)}>
        ›
      </button>
    </div>
  );
}
