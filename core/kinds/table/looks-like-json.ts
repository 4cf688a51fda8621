// Returns whether a text begins like JSON: with an object or array, empty or not.

const BEGINNING = /^\ufeff?\s*(\{\s*("|\}|')|\[\s*(\{\s*("|\}|')|\[|\]|"|-?\d+(\.\d+)?\s*[,\]]))/;
/** Of a sequence of texts (RFC 7464). */
const RECORD_SEPARATOR = '\u001e';

export function looksLikeJson(start: string): boolean {
  return BEGINNING.test(start.startsWith(RECORD_SEPARATOR) ? start.slice(RECORD_SEPARATOR.length) : start);
}
