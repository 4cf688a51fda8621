// Whether a text begins as JSON does: with an object or an array that holds something, or nothing.

const BEGINNING = /^\ufeff?\s*(\{\s*("|\}|')|\[\s*(\{\s*("|\})|\[|\]|"|-?\d+(\.\d+)?\s*[,\]]))/;

export function looksLikeJson(start: string): boolean {
  return BEGINNING.test(start);
}
