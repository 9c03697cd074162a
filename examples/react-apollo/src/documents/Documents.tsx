import { ErrorNote } from "../ui/ErrorNote";
import { More } from "../ui/More";
import { DocumentRow } from "./DocumentRow";
import { UploadButton } from "./UploadButton";
import { useDocumentProgress } from "./useDocumentProgress";
import { useDocuments } from "./useDocuments";
import { useUpload } from "./useUpload";

export function Documents() {
  const { documents, error, more } = useDocuments();
  const progressError = useDocumentProgress(documents);
  const { upload, error: uploadError, isUploading } = useUpload();
  return (
    <section className="panel documents" aria-labelledby="documents-title">
      <header>
        <h2 id="documents-title">Documents</h2>
        <UploadButton onChoose={upload} isUploading={isUploading} />
      </header>
      <ErrorNote error={uploadError ?? error ?? progressError} />
      <ul>
        {documents.map((document) => (
          <DocumentRow key={document.id} document={document} />
        ))}
      </ul>
      <More load={more} label="Older documents" />
    </section>
  );
}
