import { graphql, readFragment, type FragmentType } from "../gql";

export const DocumentRowFragment = graphql(`
  fragment DocumentRow on Document {
    id
    filename
    status
    progress
    error {
      message
    }
  }
`);

/** A document, and how far it has been read. */
export function DocumentRow({ document }: { document: FragmentType<typeof DocumentRowFragment> }) {
  const { filename, status, progress, error } = readFragment(DocumentRowFragment, document);
  const isReading = status === "PENDING" || status === "PROCESSING";
  return (
    <li className="document" data-status={status}>
      <span className="document-name" title={filename}>
        {filename}
      </span>
      {isReading && <progress aria-label={`Reading ${filename}`} value={progress} max={1} />}
      {status === "READY" && <span className="hidden">ready</span>}
      {error && <p className="error">{error.message}</p>}
    </li>
  );
}
