import { useRef, type ChangeEvent } from "react";

interface Props {
  onChoose: (files: File[]) => void;
  isUploading: boolean;
}

const KINDS = ".txt,.md,.markdown,.html,.htm,.pdf,.docx";

export function UploadButton({ onChoose, isUploading }: Props) {
  const input = useRef<HTMLInputElement>(null);

  function choose(event: ChangeEvent<HTMLInputElement>) {
    const files = Array.from(event.target.files ?? []);
    // Without this the same file could not be chosen again.
    event.target.value = "";
    if (files.length > 0) onChoose(files);
  }

  return (
    <>
      <input
        ref={input}
        className="hidden"
        type="file"
        multiple
        accept={KINDS}
        tabIndex={-1}
        aria-hidden
        onChange={choose}
      />
      <button disabled={isUploading} onClick={() => input.current?.click()}>
        {isUploading ? "Uploading…" : "Upload"}
      </button>
    </>
  );
}
