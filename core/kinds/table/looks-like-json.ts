// Returns whether a text begins like JSON: with an object or array, empty or not.

const BEGINNING = /^\ufeff?\s*(\{\s*("|\}|')|\[\s*(\{\s*("|\}|')|\[|\]|"|-?\d+(\.\d+)?\s*[,\]]))/;

export function looksLikeJson(start: string): boolean {
  return BEGINNING.test(start);
}
