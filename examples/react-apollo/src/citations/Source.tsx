import { useEffect, useId, useRef } from "react";
import { createPortal } from "react-dom";
import { fileUrl } from "../api/addresses";
import { graphql, readFragment, type FragmentType } from "../gql";
import { ErrorNote } from "../ui/ErrorNote";
import { useSource } from "./useSource";

export const SourceFragment = graphql(`
  fragment Source on Citation {
    quote
    page
    startChar
    endChar
    document {
      id
      filename
    }
  }
`);

interface Props {
  citation: FragmentType<typeof SourceFragment>;
  onClose: () => void;
}

/** What a marker stands for: the quote, highlighted within the document. */
export function Source({ citation, onClose }: Props) {
  const { quote, page, startChar, endChar, document: cited } = readFragment(SourceFragment, citation);
  const { document: found, error, loading } = useSource({ documentId: cited?.id, startChar, endChar });
  // A document that was read anew may have other words at this place: then the quote stands alone.
  const source = found?.quoted === quote ? found : null;
  const isFound = source !== null;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  // The browser holds the focus within, closes by Escape, and gives the focus back to the marker.
  useEffect(() => void dialog.current?.showModal(), []);
  useEffect(() => void dialog.current?.querySelector("mark")?.scrollIntoView({ block: "center" }), [isFound]);

  return createPortal(
    <dialog
      className="source"
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <header>
        <h2 id={titleId}>{cited?.filename ?? "A document that is gone"}</h2>
        {page !== null && page !== undefined && (
          <p>
            Page {page}
            {found?.pageCount ? ` of ${found.pageCount}` : ""}
          </p>
        )}
        <button aria-label="Close" onClick={() => dialog.current?.close()}>
          ×
        </button>
      </header>
      <blockquote tabIndex={0} aria-busy={loading}>
        {source?.before}
        <mark>{quote}</mark>
        {source?.after}
      </blockquote>
      <footer>
        <ErrorNote error={error} />
        {found && !source && <p className="hint">The document was read anew since; this is what it said then.</p>}
        {found && <a href={fileUrl(found.downloadUrl)}>Download the document</a>}
      </footer>
    </dialog>,
    document.body,
  );
}
