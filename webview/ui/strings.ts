/** The texts that the host translated, read from the document's head; the caller names their type. */
export function readStrings(): unknown {
  const meta = document.querySelector('meta[name="headrace-strings"]');
  return JSON.parse(meta?.getAttribute("content") ?? "{}");
}
