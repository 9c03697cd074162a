const MARKER = /\[\d+\]$/;

/**
 * Cuts an answer at its markers. A citation says where its marker ends, and the same `[2]` may stand for another quote
 * each time: so it is the place that counts, and brackets anywhere else are just text. Places count Unicode characters,
 * where JavaScript counts UTF-16 units: hence the array.
 */
export function split<Citation extends { answerEndChar: number }>(text: string, citations: readonly Citation[]) {
  const characters = Array.from(text);
  const parts: (string | Citation)[] = [];
  let from = 0;
  for (const citation of citations.toSorted((one, other) => one.answerEndChar - other.answerEndChar)) {
    const before = characters.slice(from, citation.answerEndChar).join("");
    const marker = MARKER.exec(before);
    // A citation may come before the text that it belongs to has.
    if (!marker || citation.answerEndChar > characters.length) continue;
    parts.push(before.slice(0, marker.index), citation);
    from = citation.answerEndChar;
  }
  parts.push(characters.slice(from).join(""));
  return parts;
}
