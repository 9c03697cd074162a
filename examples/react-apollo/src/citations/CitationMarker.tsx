import { useState } from "react";
import { graphql, readFragment, type FragmentType } from "../gql";
import { Source } from "./Source";

export const CitationMarkerFragment = graphql(`
  fragment CitationMarker on Citation {
    marker
    document {
      id
      filename
    }
    ...Source
  }
`);

/** The `[n]` of a citation, which opens what it quotes. */
export function CitationMarker({ citation }: { citation: FragmentType<typeof CitationMarkerFragment> }) {
  const [isOpen, setOpen] = useState(false);
  const data = readFragment(CitationMarkerFragment, citation);
  return (
    <>
      <button
        className="marker"
        aria-haspopup="dialog"
        aria-label={`Source ${data.marker}: ${data.document?.filename ?? "a document that is gone"}`}
        onClick={() => setOpen(true)}
      >
        {/* Out of sight, and yet copied along with the text. */}
        <span className="bracket">[</span>
        {data.marker}
        <span className="bracket">]</span>
      </button>
      {isOpen && <Source citation={data} onClose={() => setOpen(false)} />}
    </>
  );
}
