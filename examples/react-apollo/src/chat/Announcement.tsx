import { useEffect, useRef, useState } from "react";

/** The whole sentences at the beginning of a text that is still being written. */
const SENTENCES = /^[\s\S]*[.!?:](?:\s*\[\d+\])*(?=\s)/;

/** Reads an answer out as it grows: only what is new, whole sentences, without the markers. */
export function Announcement({ text, isWriting }: { text: string; isWriting: boolean }) {
  const [spoken, setSpoken] = useState<string[]>([]);
  // How far it was read out. An answer that had ended when the page came is there to be read, and is not read out.
  const place = useRef(isWriting ? 0 : text.length);

  useEffect(() => {
    const ready = isWriting ? (SENTENCES.exec(text)?.[0].length ?? 0) : text.length;
    if (ready <= place.current) return;
    const added = text
      .slice(place.current, ready)
      .replace(/\s*\[\d+\]/g, "")
      .trim();
    place.current = ready;
    if (added) setSpoken((before) => [...before, added]);
  }, [text, isWriting]);

  return (
    <div className="hidden" role="log" aria-live="polite" aria-label="Answer, read out">
      {spoken.map((part, index) => (
        <p key={index}>{part}</p>
      ))}
    </div>
  );
}
